import type { Version } from "@/api/types";
import { formatNumber, metricTitle } from "@/lib/format";
import { ComparedTable } from "@/ui/compared/ComparedTable";
import classes from "./Compare.module.css";
import { formatDifference, type MetricRow, metricRows } from "./metricRows";
import { versionColumns } from "./versionColumns";

/** All metrics of the versions: the best of each row marked, and how far each is from the first version. */
export function ComparedMetrics({ versions }: { versions: Version[] }) {
  const rows = metricRows(versions);
  if (rows.length === 0) return <p className={classes.quiet}>None of these versions has been evaluated.</p>;
  const splits = [...new Set(rows.map(({ split }) => split))];
  return (
    <ComparedTable
      label="Metrics side by side"
      first="Metric"
      columns={versionColumns(versions)}
      groups={splits.map((split) => ({
        title: split,
        rows: rows
          .filter((row) => row.split === split)
          .map((row) => ({
            key: row.name,
            title: metricTitle(row.name),
            cell: (column) => <Value row={row} index={column} />,
            best: row.best,
          })),
      }))}
      numbers
    />
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
    </span>
  );
}
