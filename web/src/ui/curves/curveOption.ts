import type { EChartsOption, SeriesOption } from "echarts";
import { formatNumber } from "@/lib/format";
import { encodeHtml } from "@/lib/html";
import { axis } from "@/ui/chart/base";
import type { ChartTheme } from "@/ui/chart/theme";
import { smooth } from "./series";

export interface Line {
  name: string;
  color: string;
  dashed?: boolean;
  steps: number[];
  values: number[];
  /** The step to mark on this line. */
  best?: number | null;
}

export interface CurveView {
  /** 0 to below 1. */
  smoothing: number;
  log: boolean;
  /** What a step is, e.g. `boosting round`. */
  stepName: string;
  /** How a place on the axis is written. */
  formatStep?: (step: number) => string;
  zoom: [from: number, to: number] | null;
  /** Left out where the page itself says which line is which. */
  legend?: boolean;
}

const RAW = ":raw";

/** Learning curves: what was logged, and over it the smoothed line when there is smoothing. */
export function curveOption(theme: ChartTheme, lines: Line[], view: CurveView): EChartsOption {
  return {
    // Points arrive many times a second: a line that eases into place would always be late.
    animation: false,
    grid: { top: view.legend === false ? 12 : 40, bottom: 26, right: 28 },
    xAxis: {
      ...axis(theme, "value", view.stepName),
      min: "dataMin",
      max: "dataMax",
      minInterval: 1,
      splitLine: { show: false },
      axisLabel: { color: theme.quiet, showMaxLabel: false, hideOverlap: true, formatter: view.formatStep },
    },
    yAxis: { ...axis(theme, view.log ? "log" : "value"), scale: true },
    axisPointer: { snap: true },
    // The values of the steps outside are left out, so that the upright axis fits those inside.
    dataZoom: view.zoom
      ? [
          {
            type: "inside",
            disabled: true,
            rangeMode: ["value", "value"],
            startValue: view.zoom[0],
            endValue: view.zoom[1],
          },
        ]
      : [],
    legend: { show: view.legend !== false, data: lines.map(({ name }) => name) },
    tooltip: { formatter: (params) => tooltip(params as unknown as Hovered[], view) },
    series: lines.flatMap((line) => seriesOf(theme, line, view.smoothing)),
  };
}

function seriesOf(theme: ChartTheme, line: Line, smoothing: number): SeriesOption[] {
  const { name, color, steps, values, best } = line;
  const common = {
    type: "line" as const,
    name,
    // A single point draws no line: it says its value.
    showSymbol: steps.length === 1,
    label: {
      show: steps.length === 1,
      position: "right" as const,
      color: theme.ink,
      formatter: () => formatNumber(values[0]),
    },
    sampling: "lttb" as const,
    itemStyle: { color },
    emphasis: { disabled: true },
  };
  const smoothed = smooth(steps, values, smoothing);
  const main: SeriesOption = {
    ...common,
    id: name,
    data: pairs(steps, smoothed),
    lineStyle: { color, width: 1.7, type: line.dashed ? "dashed" : "solid" },
    ...mark(theme, steps, smoothed, best, color),
  };
  if (smoothed === values) return [main];
  const raw: SeriesOption = {
    ...common,
    id: name + RAW,
    data: pairs(steps, values),
    lineStyle: { color, width: 1, opacity: 0.28 },
    silent: true,
  };
  return [raw, main];
}

function mark(theme: ChartTheme, steps: number[], values: number[], best: number | null | undefined, color: string) {
  if (best === null || best === undefined) return {};
  const index = steps.findIndex((step) => step >= best);
  const value = values[index];
  if (value === undefined) return {};
  // The label keeps off the axis it would be cut at.
  const late = index > steps.length * 0.6;
  return {
    markLine: {
      silent: true,
      symbol: "none",
      lineStyle: { color: theme.quiet, type: "dashed" as const, width: 1 },
      label: {
        formatter: `best ${best}`,
        color: theme.quiet,
        position: "end" as const,
        distance: 3,
        align: late ? ("right" as const) : ("left" as const),
      },
      data: [{ xAxis: best }],
    },
    markPoint: {
      silent: true,
      symbol: "circle",
      symbolSize: 8,
      itemStyle: { color: theme.canvas, borderColor: color, borderWidth: 2 },
      label: { show: false },
      data: [{ name: "best", coord: [best, value] }],
    },
  };
}

const pairs = (steps: number[], values: number[]) => steps.map((step, index) => [step, values[index] ?? Number.NaN]);

interface Hovered {
  seriesId: string;
  seriesName: string;
  marker: string;
  value: [number, number];
}

function tooltip(hovered: Hovered[], { stepName, formatStep = String }: CurveView): string {
  const [first] = hovered;
  if (!first) return "";
  const lines = hovered
    .filter(({ seriesId }) => !seriesId.endsWith(RAW))
    .map(
      ({ marker, seriesName, value }) => `${marker}${encodeHtml(seriesName)}&nbsp; <b>${formatNumber(value[1])}</b>`,
    );
  return [`${stepName} ${formatStep(first.value[0])}`, ...lines].join("<br>");
}
