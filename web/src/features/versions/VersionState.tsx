import { Tooltip } from "@mantine/core";
import type { Version } from "@/api/types";
import { formatDuration } from "@/lib/format";
import { StatusBadge } from "@/ui/StatusBadge";
import { isMoving } from "@/ui/status";
import { wasTrained } from "./actions/state";
import classes from "./VersionPage.module.css";

/** Beside the heading: the status and, while it moves, how far, what and how long still. */
export function VersionState({ version }: { version: Version }) {
  const { status, progress, created_at, queue_position, is_default, archived, semver } = version;
  const moving = isMoving(status);
  const left = progress?.remaining_ms;
  return (
    <span className={classes.state}>
      <StatusBadge status={status} progress={progress} since={moving ? created_at : undefined} />
      {moving && progress && status !== "Queued" && (
        <span className="tabular">
          {Math.round(progress.fraction * 100)}%{progress.message && ` · ${progress.message}`}
          {left != null && ` · about ${formatDuration(left)} left`}
        </span>
      )}
      {status === "Queued" && queue_position !== null && (
        <span>{queue_position === 1 ? "next in line" : `${queue_position - 1} ahead`}</span>
      )}
      {semver && (
        <Tooltip label="Its semantic version">
          <span className={`${classes.tag} tabular`}>{semver}</span>
        </Tooltip>
      )}
      {is_default && wasTrained(version) && (
        <Tooltip label="This version answers queries that name only the model.">
          <span className={classes.tag} data-default>
            default
          </span>
        </Tooltip>
      )}
      {archived && <span className={classes.tag}>archived</span>}
    </span>
  );
}
