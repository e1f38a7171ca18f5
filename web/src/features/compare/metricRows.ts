import type { MetricSummary, Version } from "@/api/types";

export interface MetricRow {
  name: string;
  split: MetricSummary["split"];
  higherIsBetter: boolean;
  /** For each version: a number, what stands for NaN or an infinity, or null where it was not measured. */
  values: (number | string | null)[];
  /** Which of them are the best; none when all are the same. */
  best: boolean[];
}

const SPLITS = ["test", "validation", "train"] as const;

/** The metrics of several versions side by side: the test split first, the default metric on top of each. */
export function metricRows(versions: Pick<Version, "metrics" | "metric">[]): MetricRow[] {
  const main = versions.find(({ metric }) => metric)?.metric?.name;
  return SPLITS.flatMap((split) => {
    const directions = new Map<string, boolean>();
    for (const { metrics } of versions) {
      for (const metric of metrics) if (metric.split === split) directions.set(metric.name, metric.higher_is_better);
    }
    return [...directions]
      .sort(([a], [b]) => Number(b === main) - Number(a === main))
      .map(([name, higherIsBetter]) => {
        const values = versions.map(({ metrics }) => measured(metrics, name, split));
        return { name, split, higherIsBetter, values, best: bestOf(values, higherIsBetter) };
      });
  });
}

function measured(metrics: MetricSummary[], name: string, split: string): number | string | null {
  // NaN and infinities travel as strings.
  return metrics.find((metric) => metric.name === name && metric.split === split)?.value ?? null;
}

function bestOf(values: (number | string | null)[], higherIsBetter: boolean): boolean[] {
  const numbers = values.filter((value) => typeof value === "number");
  const best = higherIsBetter ? Math.max(...numbers) : Math.min(...numbers);
  const tells = new Set(numbers).size > 1;
  return values.map((value) => tells && value === best);
}

/** How far two values are apart, to two digits: more would drown the values themselves. */
export const formatDifference = (difference: number): string =>
  difference >= 100 ? String(Math.round(difference)) : difference.toPrecision(2);
