import type { MetricDiff, Version } from "@/api/types";
import { formatNumber, metricTitle } from "@/lib/format";
import { ComparedTable } from "@/ui/compared/ComparedTable";
import classes from "./Compare.module.css";
import { formatDifference, type MetricRow, metricRows } from "./metricRows";
import { useVerdicts } from "./useVerdicts";
import { versionColumns } from "./versionColumns";

/** All metrics of the versions: the best of each row marked, and how far each is from the baseline, the first. */
export function ComparedMetrics({ project, versions }: { project: string; versions: Version[] }) {
  const verdicts = useVerdicts(project, versions);
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
            cell: (column) => <Value row={row} index={column} verdict={verdicts(row.name, row.split, column)} />,
            best: row.best,
          })),
      }))}
      numbers
      pinned
    />
  );
}

function Value({ row, index, verdict }: { row: MetricRow; index: number; verdict: MetricDiff | undefined }) {
  const value = row.values[index] ?? null;
  const first = row.values[0] ?? null;
  if (value === null) return "–";
  const difference = index > 0 ? Number(value) - Number(first ?? Number.NaN) : Number.NaN;
  return (
    <span className={classes.value}>
      {Number.isFinite(difference) && difference !== 0 && (
        <span className={classes.difference} data-verdict={verdict?.verdict} title={hintOf(verdict)}>
          {difference > 0 ? "+" : "−"}
          {formatDifference(Math.abs(difference))}
        </span>
      )}
      <span title={String(value)}>{formatNumber(value)}</span>
    </span>
  );
}

/** Colored only where the difference is more than chance would make. */
function hintOf(verdict: MetricDiff | undefined): string | undefined {
  if (verdict?.margin == null) return undefined;
  const margin = `A difference below ${formatNumber(verdict.margin)} may be chance.`;
  return verdict.verdict === "within_noise" ? `Within noise. ${margin}` : margin;
}
