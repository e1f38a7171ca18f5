import type { CurvePoint } from "@/api/types";

/** A curve as two columns: `steps` is where on the x axis. */
export interface Series {
  steps: number[];
  values: number[];
}

/** Points as columns; those that are no numbers left out. */
export function columnsOf(points: CurvePoint[], at: (point: CurvePoint) => number = stepOf): Series {
  const steps: number[] = [];
  const values: number[] = [];
  for (const point of points) {
    // NaN and infinities travel as strings.
    const value = Number(point.value);
    if (!Number.isFinite(value)) continue;
    steps.push(at(point));
    values.push(value);
  }
  return { steps, values };
}

const stepOf = ({ step }: CurvePoint) => step;

/**
 * An exponential moving average, freed of its bias towards the start; `weight` from 0 (as it is) to below 1. A step
 * that is twice as far counts as two, so that thinned-out curves look like full ones.
 */
export function smooth(steps: number[], values: number[], weight: number): number[] {
  if (weight <= 0 || values.length < 3) return values;
  const usual = ((steps.at(-1) ?? 0) - (steps[0] ?? 0)) / (steps.length - 1) || 1;
  let average = 0;
  let mass = 0;
  return values.map((value, index) => {
    const gap = index === 0 ? 1 : Math.max(((steps[index] ?? 0) - (steps[index - 1] ?? 0)) / usual, 0);
    const keep = weight ** gap;
    average = average * keep + value * (1 - keep);
    mass = mass * keep + (1 - keep);
    return average / mass;
  });
}

/** Curves that share their steps as one table: a row for each step, a column for each series. */
export function tableOf(series: { name: string; steps: number[]; values: number[] }[]) {
  const rows = new Map<number, (number | null)[]>();
  series.forEach(({ steps, values }, column) => {
    steps.forEach((step, index) => {
      const row = rows.get(step) ?? [step, ...series.map(() => null)];
      row[column + 1] = values[index] ?? null;
      rows.set(step, row);
    });
  });
  return {
    columns: ["step", ...series.map(({ name }) => name)],
    rows: [...rows.values()].sort((a, b) => Number(a[0]) - Number(b[0])),
  };
}

/** Whether a logarithmic axis can show all of it. */
export const isPositive = (series: Pick<Series, "values">[]) =>
  series.every(({ values }) => values.every((value) => value > 0));
