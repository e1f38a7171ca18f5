import type { Curve, Curves } from "@/api/types";
import { columnsOf, type Series } from "@/ui/curves/series";

export interface SplitSeries extends Series {
  split: Curve["split"];
}

/** All curves of one metric. */
export interface CurveGroup {
  metric: string;
  series: SplitSeries[];
}

const ORDER = ["train", "validation", "test", null];

/** The curves by metric, in the order they were logged; splits in their usual order. */
export function groupCurves(curves: Curves | undefined): CurveGroup[] {
  const groups = new Map<string, SplitSeries[]>();
  for (const { name, split, points } of curves?.curves ?? []) {
    const series = groups.get(name) ?? [];
    series.push({ split, ...columnsOf(points) });
    groups.set(name, series);
  }
  return [...groups].map(([metric, series]) => ({
    metric,
    series: series.sort((a, b) => ORDER.indexOf(a.split) - ORDER.indexOf(b.split)),
  }));
}

/** Whether there is but one step, which makes no curve. */
export const isSinglePoint = ({ series }: CurveGroup) => series.every(({ steps }) => steps.length < 2);
