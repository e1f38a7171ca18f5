import type { RunSummary } from "@/api/types";
import { formatNumber } from "@/lib/format";

/** A param, metric or tag as `params.depth`, `metrics.loss`, `tags.team`. */
export type Axis = string;

type Values = Pick<RunSummary, "params" | "metrics" | "tags">;
type Family = keyof Values;

const FAMILIES: Family[] = ["params", "metrics", "tags"];

export interface ComparedRow {
  axis: Axis;
  key: string;
  /** For each run; undefined where it was not logged. */
  values: (string | undefined)[];
  differs: boolean;
}

/** What was logged on one of the runs, side by side, by family and name; what the client keeps for itself left out. */
export function comparedRows(runs: Values[]): Record<Family, ComparedRow[]> {
  const rowsOf = (family: Family): ComparedRow[] => {
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

/** The value as a number; undefined where it is none, or was not logged. */
export function numberOf(run: Values, axis: Axis): number | undefined {
  const value = loggedOf(run, axis);
  const number = value === undefined || value === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Whether all that was logged of it are numbers. */
export function isNumeric(runs: Values[], axis: Axis): boolean {
  const logged = runs.filter((run) => loggedOf(run, axis) !== undefined);
  return logged.length > 0 && logged.every((run) => numberOf(run, axis) !== undefined);
}

const MOST_PARAMS = 5;
const MOST_METRICS = 3;

/** The axes that tell most: params that differ, then metrics. */
export function usualAxes({ params, metrics }: Record<Family, ComparedRow[]>): Axis[] {
  return [...params.filter(({ differs }) => differs).slice(0, MOST_PARAMS), ...metrics.slice(0, MOST_METRICS)].map(
    ({ axis }) => axis,
  );
}

/** What an axis is called: its key, for the families have lists of their own. */
export const axisName = (axis: Axis) => axis.slice(axis.indexOf(".") + 1);

/** A value of a family as it stands in a table. */
export const shownValue = (value: string | undefined, family: Family): string =>
  value !== undefined && family === "metrics" ? formatNumber(value) : (value ?? "–");
