import type { RunSummary } from "@/api/types";
import { isNumber, placeOf } from "@/ui/chart/apart";

const MAX_METRICS = 4;
const MAX_PARAMS = 4;

type Values = Pick<RunSummary, "metrics" | "params">;

export interface ColumnNames {
  metrics: string[];
  params: string[];
}

const hasParam = ({ params }: Values, key: string) => key in params;

/** What tells most about these runs: the metrics that most of them have, and the params that are not the same in all. */
export function defaultColumns(runs: Values[], { metrics, params }: ColumnNames): ColumnNames {
  // A metric that is always NaN tells as little as one that is missing.
  const tells = { metrics: (run: Values, key: string) => isNumber(placeOf(run.metrics[key])), params: hasParam };
  const ranked = (family: keyof Values, keys: string[]) => {
    const counted = keys
      .map((key) => ({ key, count: runs.filter((run) => tells[family](run, key)).length }))
      .filter(({ count }) => count > 0);
    return counted.sort((a, b) => b.count - a.count).map(({ key }) => key);
  };
  const varies = (key: string) => new Set(runs.map((run) => run.params[key])).size > 1;
  const varying = ranked("params", params).filter((key) => runs.length < 2 || varies(key));
  return { metrics: ranked("metrics", metrics).slice(0, MAX_METRICS), params: varying.slice(0, MAX_PARAMS) };
}
