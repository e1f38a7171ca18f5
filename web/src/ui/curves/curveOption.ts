import type { EChartsOption, SeriesOption } from "echarts";
import { formatNumber } from "@/lib/format";
import { encodeHtml } from "@/lib/html";
import { axis } from "@/ui/chart/base";
import type { ChartTheme } from "@/ui/chart/theme";
import { gapsOf, smooth } from "./series";

export interface Line {
  name: string;
  color: string;
  dashed?: boolean;
  steps: number[];
  values: number[];
  /** Around the values of a mean: from where to where most of what it is made of lies. */
  band?: { low: number[]; high: number[] };
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
/** Series that only point at something: they have no place in the tooltip. */
const SILENT = ":silent";

/**
 * Learning curves: what was logged, and over it the smoothed line when there is smoothing. A line stops where a value
 * is no number or steps are missing: the gap is dotted, and NaN and infinities are marked at the edge.
 */
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
    // The second one is the height of the chart, for what is no number.
    yAxis: [
      { ...axis(theme, view.log ? "log" : "value"), scale: true },
      { type: "value", min: 0, max: 1, show: false },
    ],
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
  const gaps = gapsOf(line);
  const main: SeriesOption = {
    ...common,
    id: name,
    data: pairs(steps, smoothed, gaps),
    lineStyle: { color, width: 1.7, type: line.dashed ? "dashed" : "solid" },
    ...mark(theme, steps, smoothed, best, color),
  };
  const around = [...bandOf(line, smoothing), ...bridges(line, smoothed, gaps), ...notNumbers(theme, line)];
  if (smoothed === values) return [main, ...around];
  const raw: SeriesOption = {
    ...common,
    id: name + RAW,
    data: pairs(steps, values, gaps),
    lineStyle: { color, width: 1, opacity: 0.28 },
    silent: true,
  };
  return [raw, main, ...around];
}

function mark(theme: ChartTheme, steps: number[], values: number[], best: number | null | undefined, color: string) {
  if (best === null || best === undefined) return {};
  const index = steps.findIndex((step) => step >= best);
  const value = values[index];
  if (value === undefined || !Number.isFinite(value)) return {};
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

type Gaps = ReturnType<typeof gapsOf>;

/** Step, value, and what is said in the place of a value that is no number; without a value where the line stops. */
function pairs(steps: number[], values: number[], gaps: Gaps): [number, number | null, string?][] {
  const stops = new Set(gaps.flatMap(([before, after]) => (after === before + 1 ? [before] : [])));
  return steps.flatMap((step, index): [number, number | null, string?][] => {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) return [[step, null, String(value)]];
    return stops.has(index)
      ? [
          [step, value],
          [step, null],
        ]
      : [[step, value]];
  });
}

/** A pale area around the line: its lower edge, unseen, and what lies between that and the upper one. */
function bandOf({ name, color, steps, band }: Line, smoothing: number): SeriesOption[] {
  if (!band) return [];
  const low = smooth(steps, band.low, smoothing);
  const high = smooth(steps, band.high, smoothing);
  const between = high.map((value, index) => value - (low[index] ?? value));
  return [low, between].map((values, index) => ({
    type: "line",
    id: `${name}:band ${index}${SILENT}`,
    name,
    stack: `${name}:band`,
    // A value below 0 is an edge too.
    stackStrategy: "all",
    silent: true,
    showSymbol: false,
    emphasis: { disabled: true },
    lineStyle: { opacity: 0 },
    itemStyle: { color },
    areaStyle: index === 0 ? undefined : { color, opacity: 0.14 },
    data: steps.map((step, at) => [step, values[at] ?? null]),
  }));
}

/** A dotted line over each gap. */
function bridges({ name, color, steps }: Line, values: number[], gaps: Gaps): SeriesOption[] {
  if (gaps.length === 0) return [];
  const at = (index: number) => [steps[index], values[index]];
  return [
    {
      type: "line",
      id: `${name}:gaps${SILENT}`,
      name,
      silent: true,
      showSymbol: false,
      emphasis: { disabled: true },
      lineStyle: { color, width: 1.2, type: "dotted", opacity: 0.7 },
      itemStyle: { color },
      data: gaps.flatMap(([before, after]) => [at(before), at(after), [steps[after], null]]),
    },
  ];
}

const CROSS = "path://M0 0L8 8M8 0L0 8";

/** A mark at the edge for each value that is no number: infinities where they lie, NaN below. */
function notNumbers(theme: ChartTheme, { name, color, steps, values }: Line): SeriesOption[] {
  const isOdd = (index: number) => values[index] !== undefined && !Number.isFinite(values[index]);
  const indices = steps.flatMap((_, index) => (isOdd(index) ? [index] : []));
  if (indices.length === 0) return [];
  return [
    {
      type: "scatter",
      id: `${name}:edge${SILENT}`,
      name,
      silent: true,
      yAxisIndex: 1,
      symbolSize: 7,
      labelLayout: { hideOverlap: true },
      data: indices.map((index) => {
        const value = values[index] as number;
        const above = value === Number.POSITIVE_INFINITY;
        return {
          value: [steps[index], above ? 0.97 : 0.03],
          symbol: Number.isNaN(value) ? CROSS : "triangle",
          symbolRotate: value === Number.NEGATIVE_INFINITY ? 180 : 0,
          itemStyle: { color, borderColor: color, borderWidth: 1.5 },
          label: {
            // Of several in a row the first says it for all.
            show: index === 0 || !Object.is(values[index - 1], value),
            position: above ? ("bottom" as const) : ("top" as const),
            color: theme.quiet,
            fontSize: 10,
            formatter: { NaN: "NaN", Infinity: "∞", "-Infinity": "−∞" }[String(value)] ?? "",
          },
        };
      }),
    },
  ];
}

interface Hovered {
  seriesId: string;
  seriesName: string;
  marker: string;
  value: [step: number, value: number | null, instead?: string];
}

function tooltip(hovered: Hovered[], { stepName, formatStep = String }: CurveView): string {
  const [first] = hovered;
  if (!first) return "";
  const lines = hovered
    .filter(({ seriesId, value }) => !seriesId.endsWith(RAW) && !seriesId.endsWith(SILENT) && isSaid(value))
    .map(
      ({ marker, seriesName, value }) =>
        `${marker}${encodeHtml(seriesName)}&nbsp; <b>${value[2] ?? formatNumber(value[1])}</b>`,
    );
  return [`${stepName} ${formatStep(first.value[0])}`, ...lines].join("<br>");
}

const isSaid = ([, value, instead]: Hovered["value"]) => value !== null || instead !== undefined;
