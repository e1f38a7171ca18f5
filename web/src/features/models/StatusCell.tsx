import { ActionIcon, Tooltip } from "@mantine/core";
import { IconFileText, IconPlayerStop } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { VersionSummary } from "@/api/types";
import { useCancelVersion } from "@/api/versions";
import { referenceOf, wasTrained } from "@/features/versions/actions/state";
import { HiddenWithout } from "@/ui/Needs";
import { notifyError } from "@/ui/notify";
import { StatusBadge } from "@/ui/StatusBadge";
import { isMoving } from "@/ui/status";
import classes from "./ModelPage.module.css";

interface Props {
  project: string;
  version: VersionSummary;
}

/** The status, the log of the training, and the way to end one that goes on. */
export function StatusCell({ project, version }: Props) {
  const { model, number, status, progress } = version;
  return (
    <span className={classes.status}>
      <StatusBadge status={status} progress={progress} />
      {wasTrained(version) && (
        <span className={classes.statusActions}>
          {isMoving(status) && (
            <HiddenWithout permission="project:models:train">
              <Cancel project={project} version={version} />
            </HiddenWithout>
          )}
          <ActionIcon
            size={22}
            aria-label={`View training log of version ${number}`}
            title="View training log"
            renderRoot={(props) => (
              <Link
                to="/p/$project/models/$model/versions/$number"
                params={{ project, model, number }}
                search={{ tab: "training" }}
                {...props}
              />
            )}
          >
            <IconFileText size={14} />
          </ActionIcon>
        </span>
      )}
    </span>
  );
}

function Cancel({ project, version }: Props) {
  const { model, number, status } = version;
  const cancel = useCancelVersion({ project, model, number });
  return (
    <Tooltip label="Cancel training">
      <ActionIcon
        size={22}
        aria-label={`Cancel training of version ${number}`}
        loading={cancel.isPending}
        disabled={status === "Canceling"}
        onClick={() =>
          cancel.mutate(undefined, {
            onError: (error) => notifyError(`${referenceOf(version)} was not canceled`, error),
          })
        }
      >
        <IconPlayerStop size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
