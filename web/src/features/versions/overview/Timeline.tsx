import { Tooltip } from "@mantine/core";
import type { Version } from "@/api/types";
import { formatExact } from "@/lib/format";
import { useNow } from "@/lib/now";
import { isMoving } from "@/ui/status";
import { Duration } from "@/ui/Time";
import classes from "./Timeline.module.css";
import { type TimelineRow, timelineRows } from "./timeline";

/** The timed steps of a training. */
export function Timeline({ version }: { version: Version }) {
  return isMoving(version.status) ? <Ticking version={version} /> : <Rows rows={timelineRows(version, 0)} />;
}

function Ticking({ version }: { version: Version }) {
  return <Rows rows={timelineRows(version, useNow("second"))} />;
}

const WORDS: Record<TimelineRow["state"], string> = {
  done: "done",
  current: "in progress",
  failed: "failed",
  stopped: "stopped",
  pending: "not started",
  skipped: "not reached",
};

function Rows({ rows }: { rows: TimelineRow[] }) {
  return (
    <ol className={classes.rows}>
      {rows.map((row) => (
        <li key={row.step} className={classes.row} data-state={row.state}>
          <span className={classes.step}>{row.step}</span>
          <Tooltip
            label={
              row.startedAt ? `${WORDS[row.state]}, started ${formatExact(new Date(row.startedAt))}` : WORDS[row.state]
            }
          >
            <span className={classes.track}>
              {row.startedAt && (
                <span
                  className={classes.bar}
                  style={{ left: `${Math.min(row.start, 99.5)}%`, width: `${row.width}%` }}
                />
              )}
            </span>
          </Tooltip>
          <span className={classes.time}>
            {row.startedAt ? <Duration ms={row.durationMs} /> : WORDS[row.state]}
            {row.state === "failed" && <span className={classes.failed}> failed</span>}
            {row.state === "stopped" && " stopped"}
          </span>
        </li>
      ))}
    </ol>
  );
}
