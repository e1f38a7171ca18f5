import type { Series } from "@/ui/curves/series";

export interface Group<Item> {
  /** The value of the param that its members share. */
  value: string;
  members: Item[];
}

const NOT_LOGGED = "not logged";

/** Runs by the value of a param, numbers in their order; those without the param last. */
export function groupRuns<Run extends { params: Record<string, string> }>(runs: Run[], param: string): Group<Run>[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const value = run.params[param] ?? NOT_LOGGED;
    groups.set(value, [...(groups.get(value) ?? []), run]);
  }
  const last = (value: string) => Number(value === NOT_LOGGED);
  return [...groups]
    .map(([value, members]) => ({ value, members }))
    .sort((a, b) => last(a.value) - last(b.value) || a.value.localeCompare(b.value, undefined, { numeric: true }));
}

export interface Mean extends Series {
  band: { low: number[]; high: number[] };
}

/**
 * The mean of several curves at every step that one of them has, and one standard deviation around it. Between its own
 * steps a curve is on the line between them; before its first, after its last and at what is no number it has no say.
 */
export function meanOf(curves: Series[]): Mean {
  const finite = curves.map(({ steps, values }) => {
    const kept = steps.flatMap((step, index) =>
      Number.isFinite(values[index]) ? [[step, values[index] as number] as const] : [],
    );
    return kept.sort(([a], [b]) => a - b);
  });
  const steps = [...new Set(finite.flatMap((points) => points.map(([step]) => step)))].sort((a, b) => a - b);
  const columns = finite.map((points) => valuesAt(points, steps));
  const mean: Mean = { steps, values: [], band: { low: [], high: [] } };
  steps.forEach((_, index) => {
    const known = columns.map((column) => column[index]).filter((value) => value !== undefined);
    const middle = known.reduce((sum, value) => sum + value / known.length, 0);
    const spread = Math.sqrt(known.reduce((sum, value) => sum + (value - middle) ** 2 / known.length, 0));
    mean.values.push(middle);
    mean.band.low.push(middle - spread);
    mean.band.high.push(middle + spread);
  });
  return mean;
}

/** What a curve has at each of the steps, which are in order; undefined outside of it. */
function valuesAt(points: (readonly [step: number, value: number])[], steps: number[]): (number | undefined)[] {
  let at = 0;
  return steps.map((step) => {
    while (at < points.length - 1 && (points[at + 1]?.[0] as number) <= step) at += 1;
    const [before, after] = [points[at], points[at + 1]];
    if (!before || step < before[0]) return undefined;
    if (step === before[0]) return before[1];
    if (!after) return undefined;
    const share = (step - before[0]) / (after[0] - before[0]);
    return before[1] * (1 - share) + after[1] * share;
  });
}
