import type { CurvePoint } from "@/api/types";

/** A curve as two columns: `steps` is where on the x axis; values may be NaN or infinite. */
export interface Series {
  steps: number[];
  values: number[];
}

/** Points as columns. */
export function columnsOf(points: CurvePoint[], at: (point: CurvePoint) => number = stepOf): Series {
  // NaN and infinities travel as strings.
  return { steps: points.map(at), values: points.map(({ value }) => Number(value)) };
}

const stepOf = ({ step }: CurvePoint) => step;

/**
 * An exponential moving average, freed of its bias towards the start; `weight` from 0 (as it is) to below 1. A step
 * that is twice as far counts as two, so that thinned-out curves look like full ones. What is no number stays so.
 */
export function smooth(steps: number[], values: number[], weight: number): number[] {
  if (weight <= 0 || values.length < 3) return values;
  const usual = ((steps.at(-1) ?? 0) - (steps[0] ?? 0)) / (steps.length - 1) || 1;
  let average = 0;
  let mass = 0;
  return values.map((value, index) => {
    if (!Number.isFinite(value)) return value;
    const gap = index === 0 ? 1 : Math.max(((steps[index] ?? 0) - (steps[index - 1] ?? 0)) / usual, 0);
    const keep = weight ** gap;
    average = average * keep + value * (1 - keep);
    mass = mass * keep + (1 - keep);
    return average / mass;
  });
}

/** Curves that share their steps as one table: a row for each step, a column for each series. */
export function tableOf(series: { name: string; steps: number[]; values: number[] }[]) {
  const rows = new Map<number, (number | string | null)[]>();
  series.forEach(({ steps, values }, column) => {
    steps.forEach((step, index) => {
      const row = rows.get(step) ?? [step, ...series.map(() => null)];
      const value = values[index];
      row[column + 1] = value === undefined ? null : Number.isFinite(value) ? value : String(value);
      rows.set(step, row);
    });
  });
  return {
    columns: ["step", ...series.map(({ name }) => name)],
    rows: [...rows.values()].sort((a, b) => Number(a[0]) - Number(b[0])),
  };
}

/** Where a line may not be drawn through: indices of the values before and after what is no number, or is missing. */
export function gapsOf({ steps, values }: Series): [before: number, after: number][] {
  const drawn = values.flatMap((value, index) => (Number.isFinite(value) ? [index] : []));
  const longest = longestRegular(steps);
  return drawn.slice(1).flatMap((index, before): [number, number][] => {
    const last = drawn[before] as number;
    const far = (steps[index] as number) - (steps[last] as number) > longest;
    return index > last + 1 || far ? [[last, index]] : [];
  });
}

const FEW = 5;

/** The longest way between two steps that is no gap; none where steps are not evenly spaced, so that none is missed. */
function longestRegular(steps: number[]): number {
  if (steps.length < FEW) return Number.POSITIVE_INFINITY;
  const ways = steps.slice(1).map((step, index) => step - (steps[index] as number));
  const usual = [...ways].sort((a, b) => a - b)[Math.floor(ways.length / 2)] as number;
  const even = ways.filter((way) => way >= usual / 2 && way <= usual * 1.5).length;
  return usual > 0 && even >= ways.length * 0.8 ? usual * 3 : Number.POSITIVE_INFINITY;
}

/** Whether a logarithmic axis can show all of its numbers. */
export const isPositive = (series: Pick<Series, "values">[]) =>
  series.every(({ values }) => values.every((value) => value > 0 || !Number.isFinite(value)));
