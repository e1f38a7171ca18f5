import type { Progress } from "@/api/types";
import { formatDuration } from "@/lib/format";
import classes from "./StatusBadge.module.css";
import { toneOf } from "./status";
import { Elapsed } from "./Time";

interface Props {
  status: string;
  progress?: Progress | null;
  /** When it began to move; shows a ticking time while it does. */
  since?: string;
}

/** A status: dot and word everywhere, with progress and elapsed time while it moves. */
export function StatusBadge({ status, progress, since }: Props) {
  const tone = toneOf(status);
  const moving = tone === "moving";
  const percent = progress ? Math.round(progress.fraction * 100) : null;
  return (
    <span className={classes.badge} data-tone={tone}>
      <span className={classes.dot} aria-hidden />
      <span className={classes.word}>{status}</span>
      {moving && percent !== null && status !== "Queued" && (
        <span
          className={classes.track}
          role="progressbar"
          aria-label={`${status} progress`}
          aria-valuenow={percent}
          title={progressTitle(progress)}
        >
          <span className={classes.fill} style={{ width: `${percent}%` }} />
        </span>
      )}
      {moving && since && (
        <span className={classes.quiet}>
          <Elapsed since={since} />
        </span>
      )}
    </span>
  );
}

function progressTitle(progress: Progress | null | undefined): string | undefined {
  if (!progress) return undefined;
  const left = progress.remaining_ms ? `, about ${formatDuration(progress.remaining_ms)} left` : "";
  return `${Math.round(progress.fraction * 100)}%: ${progress.message}${left}`;
}
