import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import type { MetricSummary } from "@/api/types";
import { formatNumber, metricTitle } from "@/lib/format";
import classes from "./Metric.module.css";

interface Props {
  metric: MetricSummary | null;
  /** The same metric of the version this one was made from. */
  parent?: MetricSummary | null;
  withName?: boolean;
}

/** A metric to four significant digits; an arrow says better or worse than the parent's. */
export function Metric({ metric, parent, withName = false }: Props) {
  if (!metric) return <span className={classes.none}>–</span>;
  const change = parent && parent.name === metric.name ? compare(metric, parent) : null;
  return (
    <span className={classes.metric}>
      {withName && <span className={classes.name}>{metricTitle(metric.name)}</span>}
      {change && (
        <span
          className={classes.change}
          data-change={change.word}
          title={`${change.word} than the parent by ${change.by}`}
        >
          {change.up ? <IconArrowUpRight size={14} aria-hidden /> : <IconArrowDownRight size={14} aria-hidden />}
          <span className={classes.hidden}>{change.word} than the parent</span>
        </span>
      )}
      <span className="tabular" title={`${metric.name} on the ${metric.split} split: ${metric.value}`}>
        {formatNumber(metric.value)}
      </span>
    </span>
  );
}

function compare(metric: MetricSummary, parent: MetricSummary) {
  const difference = Number(metric.value) - Number(parent.value);
  if (!Number.isFinite(difference) || difference === 0) return null;
  const up = difference > 0;
  const word = up === metric.higher_is_better ? "better" : "worse";
  return { up, word, by: formatNumber(Math.abs(difference)) };
}
