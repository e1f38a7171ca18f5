import type { MetricSummary, Version } from "@/api/types";
import { formatNumber, metricTitle } from "@/lib/format";
import classes from "./Overview.module.css";

const SPLITS = ["train", "validation", "test"] as const;

/** The final metrics, at the best checkpoint, of every split; the model's default metric first. */
export function MetricTable({ version }: { version: Version }) {
  const { metrics } = version;
  const main = version.metric?.name;
  const names = [...new Set(metrics.map(({ name }) => name))].sort((a, b) => Number(b === main) - Number(a === main));
  const splits = SPLITS.filter((split) => metrics.some((metric) => metric.split === split));
  const find = (name: string, split: string) =>
    metrics.find((metric) => metric.name === name && metric.split === split);
  return (
    <table className={classes.metrics}>
      <thead>
        <tr>
          <th scope="col">Metric</th>
          {splits.map((split) => (
            <th key={split} scope="col">
              {split}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {names.map((name) => (
          <tr key={name} data-main={name === main || undefined}>
            <th scope="row">
              {metricTitle(name)}
              <Direction metric={metrics.find((metric) => metric.name === name)} />
            </th>
            {splits.map((split) => (
              <td key={split} title={String(find(name, split)?.value ?? "")}>
                {formatNumber(find(name, split)?.value)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Direction({ metric }: { metric: MetricSummary | undefined }) {
  if (!metric) return null;
  const direction = metric.higher_is_better ? "higher is better" : "lower is better";
  return (
    <span className={classes.better}>
      {metric.positive_class != null && `of ${metric.positive_class}, `}
      {direction}
    </span>
  );
}
