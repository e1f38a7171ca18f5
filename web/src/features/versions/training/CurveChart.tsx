import { useMemo } from "react";
import { metricTitle } from "@/lib/format";
import { splitColor } from "@/ui/chart/theme";
import type { CurveView } from "@/ui/curves/curveOption";
import { LineChart, type ThemedLine } from "@/ui/curves/LineChart";
import type { Zoom } from "@/ui/curves/useCurveSettings";
import type { CurveGroup } from "./curves";

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
  const lines = useMemo(() => {
    const marked = series.some(({ split }) => split === "validation") ? "validation" : series[0]?.split;
    return series.map(
      ({ split, steps, values }): ThemedLine => ({
        name: split ?? metric,
        color: (theme) => splitColor(theme, split),
        steps,
        values,
        best: split === marked ? best : null,
      }),
    );
  }, [series, metric, best]);
  return <LineChart title={metricTitle(metric)} lines={lines} view={view} group={chartGroup} onZoom={onZoom} />;
}
