import { VisuallyHidden } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { Fragment } from "react";
import type { Version } from "@/api/types";
import { formatNumber, metricTitle } from "@/lib/format";
import { ScrollRegion } from "@/ui/ScrollRegion";
import classes from "./Compare.module.css";
import { formatDifference, type MetricRow, metricRows } from "./metricRows";
import { VersionHeads } from "./VersionHeads";

/** All metrics of the versions: the best of each row marked, and how far each is from the first version. */
export function ComparedMetrics({ versions }: { versions: Version[] }) {
  const rows = metricRows(versions);
  if (rows.length === 0) return <p className={classes.quiet}>None of these versions has been evaluated.</p>;
  const splits = [...new Set(rows.map(({ split }) => split))];
  return (
    <ScrollRegion className={classes.scroller} label="Metrics side by side">
      <table className={classes.table} data-numbers>
        <VersionHeads versions={versions} first="Metric" />
        <tbody>
          {splits.map((split) => (
            <Fragment key={split}>
              <tr className={classes.group}>
                <th scope="rowgroup" colSpan={versions.length + 1}>
                  {split}
                </th>
              </tr>
              {rows
                .filter((row) => row.split === split)
                .map((row) => (
                  <tr key={row.name}>
                    <th scope="row">{metricTitle(row.name)}</th>
                    {versions.map(({ number }, index) => (
                      <td key={number} data-best={row.best[index] || undefined}>
                        <Value row={row} index={index} />
                      </td>
                    ))}
                  </tr>
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Value({ row, index }: { row: MetricRow; index: number }) {
  const value = row.values[index] ?? null;
  const first = row.values[0] ?? null;
  if (value === null) return "–";
  const difference = index > 0 ? Number(value) - Number(first ?? Number.NaN) : Number.NaN;
  return (
    <span className={classes.value}>
      {Number.isFinite(difference) && difference !== 0 && (
        <span className={classes.difference} data-better={difference > 0 === row.higherIsBetter || undefined}>
          {difference > 0 ? "+" : "−"}
          {formatDifference(Math.abs(difference))}
        </span>
      )}
      <span title={String(value)}>{formatNumber(value)}</span>
      {row.best[index] && (
        <span className={classes.best}>
          <IconCheck size={13} aria-hidden />
          <VisuallyHidden>best</VisuallyHidden>
        </span>
      )}
    </span>
  );
}
