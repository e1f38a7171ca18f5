import type { RunSummary } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { isNumber, type Place, placeOf } from "@/ui/chart/apart";

/** A param, metric or tag as `params.depth`, `metrics.loss`, `tags.team`. */
export type Axis = string;

type Values = Pick<RunSummary, "params" | "metrics" | "tags">;
export type Family = keyof Values;

const FAMILIES: Family[] = ["params", "metrics", "tags"];

export interface LoggedRow {
  axis: Axis;
  key: string;
  /** For each run; undefined where it was not logged. */
  values: (string | undefined)[];
  differs: boolean;
}

/** What was logged on one of the runs, side by side, by family and name; what the client keeps for itself left out. */
export function comparedRows(runs: Values[]): Record<Family, LoggedRow[]> {
  const rowsOf = (family: Family): LoggedRow[] => {
    const keys = [...new Set(runs.flatMap((run) => Object.keys(run[family])))];
    return keys
      .filter((key) => family !== "tags" || !key.startsWith("mlflow."))
      .sort((a, b) => a.localeCompare(b))
      .map((key) => {
        const values = runs.map((run) => (key in run[family] ? String(run[family][key]) : undefined));
        return { axis: `${family}.${key}`, key, values, differs: values.some((value) => value !== values[0]) };
      });
  };
  return { params: rowsOf("params"), metrics: rowsOf("metrics"), tags: rowsOf("tags") };
}

export function loggedOf(run: Values, axis: Axis): string | number | undefined {
  const family = FAMILIES.find((name) => axis.startsWith(`${name}.`));
  return family && run[family][axis.slice(family.length + 1)];
}

/** Where the value belongs on a numeric axis; null where it is a text. */
export const placeOn = (run: Values, axis: Axis): Place | null => placeOf(loggedOf(run, axis));

/** The value as a finite number; undefined where it is none, or was not logged. */
export function numberOf(run: Values, axis: Axis): number | undefined {
  const place = placeOn(run, axis);
  return isNumber(place) ? place : undefined;
}

/** Whether its axis has numbers: every metric's, and that of a param of which a number and no text was logged. */
export function isNumeric(runs: Values[], axis: Axis): boolean {
  const logged = runs.filter((run) => loggedOf(run, axis) !== undefined);
  if (axis.startsWith("metrics.")) return logged.length > 0;
  const places = logged.map((run) => placeOn(run, axis));
  return places.some(isNumber) && !places.includes(null);
}

/** Whether there is a number to place on its axis. */
export const hasNumbers = (runs: Values[], axis: Axis): boolean =>
  isNumeric(runs, axis) && runs.some((run) => numberOf(run, axis) !== undefined);

const MAX_PARAMS = 5;
const MAX_METRICS = 3;

/** The axes that tell most: params that differ, then metrics, of both those first that most runs have. */
export function defaultAxes({ params, metrics }: Record<Family, LoggedRow[]>): Axis[] {
  const differing = params.filter(({ differs }) => differs).sort((a, b) => coverage(b) - coverage(a));
  return [...differing.slice(0, MAX_PARAMS).map(({ axis }) => axis), ...defaultMetrics(metrics).slice(0, MAX_METRICS)];
}

/** The metrics with a number on one of the runs, those first that most runs have. */
export const defaultMetrics = (metrics: LoggedRow[]): Axis[] =>
  metrics
    .filter(({ values }) => values.some((value) => isNumber(placeOf(value))))
    .sort((a, b) => coverage(b) - coverage(a))
    .map(({ axis }) => axis);

/** On how many runs it has a value that tells something. */
function coverage({ values }: LoggedRow): number {
  return values.filter((value) => {
    const place = placeOf(value);
    return place === null || isNumber(place);
  }).length;
}

/** What an axis is called: its key, for the families have lists of their own. */
export const axisName = (axis: Axis) => axis.slice(axis.indexOf(".") + 1);

/** A value of a family as it stands in a table. */
export const shownValue = (value: string | undefined, family: Family): string =>
  value !== undefined && family === "metrics" ? formatNumber(value) : (value ?? "–");

const LESS_IS_BETTER = /loss|err(or)?|rmse|mse|mae|mape|perplexity|deviance|latency|duration|seconds|hinge|brier/i;
const MORE_IS_BETTER =
  /acc(uracy)?|auc|auroc|f1|precision|recall|r2|score|bleu|rouge|ndcg|iou|dice|mcc|kappa|sensitivity/i;

/** Which values of a metric are the best; none where its name does not tell whether more or less is better. */
export function bestOf(key: string, values: (string | undefined)[]): boolean[] {
  const less = LESS_IS_BETTER.test(key);
  const numbers = values.map((value) => placeOf(value));
  const finite = numbers.filter(isNumber);
  const tells = new Set(finite).size > 1 && less !== MORE_IS_BETTER.test(key);
  const best = less ? Math.min(...finite) : Math.max(...finite);
  return numbers.map((number) => tells && number === best);
}
