import { useCallback, useMemo } from "react";
import { metricTitle } from "@/lib/format";
import { Chart } from "@/ui/chart/Chart";
import { type ChartTheme, splitColor } from "@/ui/chart/theme";
import { type CurveView, curveOption } from "./curveOption";
import { type CurveGroup, isPositive, tableOf } from "./curves";
import type { Zoom } from "./useCurveSettings";

interface Props {
  group: CurveGroup;
  view: CurveView;
  best: number | null;
  chartGroup: string;
  onZoom: (zoom: Zoom) => void;
}

/** The learning curves of one metric, a line for each split. */
export function CurveChart({ group, view, best, chartGroup, onZoom }: Props) {
  const { metric, series } = group;
  const log = view.log && isPositive(series);
  const option = useCallback(
    (theme: ChartTheme) => {
      const marked = series.some(({ split }) => split === "validation") ? "validation" : series[0]?.split;
      const lines = series.map(({ split, steps, values }) => ({
        name: split ?? metric,
        color: splitColor(theme, split),
        steps,
        values,
        best: split === marked ? best : null,
      }));
      return curveOption(theme, lines, { ...view, log });
    },
    [series, metric, best, view, log],
  );
  const data = useMemo(
    () => tableOf(series.map(({ split, steps, values }) => ({ name: split ?? metric, steps, values }))),
    [series, metric],
  );
  const title = view.log && !log ? `${metricTitle(metric)} (linear: it has values of 0 or below)` : metricTitle(metric);
  return <Chart title={title} option={option} data={data} height={260} group={chartGroup} onZoom={onZoom} />;
}
