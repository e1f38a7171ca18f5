import type { EChartsOption } from "echarts";
import type { RunSummary } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { encodeHtml } from "@/lib/html";
import { apartAxis, isNumber, type Place } from "@/ui/chart/apart";
import { axis as chartAxis } from "@/ui/chart/base";
import type { ChartTheme } from "@/ui/chart/theme";
import { type Axis, axisName, isNumeric, loggedOf, numberOf, placeOn } from "./values";

export interface MarkedRun extends RunSummary {
  color: string;
  dashed: boolean;
}

const MAX_LISTED_NAMES = 15;

/** How an axis is drawn, and where each run is on it. */
interface Drawn {
  axis: object;
  at: (run: MarkedRun) => number | string;
  /** Whether a run stands apart from the numbers. */
  isApart: (run: MarkedRun) => boolean;
  borders: number[];
}

/** Numbers on a scale, with what is none set apart and labeled; texts in a list. */
function drawnAxis(runs: MarkedRun[], axis: Axis): Drawn {
  if (!isNumeric(runs, axis)) {
    const texts = [...new Set(runs.map((run) => textOf(run, axis)))];
    const data = [...texts.filter((text) => text !== MISSING).sort(), ...texts.filter((text) => text === MISSING)];
    const at = (run: MarkedRun) => textOf(run, axis);
    return { axis: { type: "category", data }, at, isApart: (run) => at(run) === MISSING, borders: [] };
  }
  const place = (run: MarkedRun) => placeOn(run, axis) as Place;
  const { min, max, numbers, ticks, at, label, borders } = apartAxis(runs.map(place));
  return {
    axis: {
      type: "value",
      min,
      max,
      axisLabel: { customValues: ticks, formatter: label },
      axisTick: { show: false, customValues: numbers },
    },
    at: (run) => at(place(run)),
    isApart: (run) => !isNumber(place(run)),
    borders,
  };
}

/** A line for each run through its values on every axis; axes whose values are texts list them. */
export function parallelOption(theme: ChartTheme, runs: MarkedRun[], axes: Axis[]): EChartsOption {
  const drawn = axes.map((axis) => drawnAxis(runs, axis));
  return {
    legend: { show: false },
    // A run's line is found by pointing at it: it says its name, and the others step back.
    tooltip: {
      trigger: "item",
      formatter: (params) => {
        const { dataIndex } = params as { dataIndex: number };
        const run = runs[dataIndex];
        return run ? rowsOf(run, axes) : "";
      },
    },
    parallel: { left: 60, right: 70, top: 44, bottom: 24, axisExpandable: false },
    parallelAxis: drawn.map(({ axis }, dim) => ({
      dim,
      name: axisName(axes[dim] as Axis),
      nameGap: 16,
      nameTruncate: { maxWidth: 120, ellipsis: "…" },
      nameTextStyle: { color: theme.ink, fontSize: 11 },
      axisLine: { lineStyle: { color: theme.line, width: 2 } },
      splitLine: { show: false },
      areaSelectStyle: { color: theme.accent, borderColor: theme.accent, opacity: 0.25 },
      axisTick: { show: false },
      ...withLabels(axis, { color: theme.quiet, width: 90, overflow: "truncate" }),
    })),
    series: [
      {
        type: "parallel",
        inactiveOpacity: 0.05,
        lineStyle: { width: 2, opacity: 0.75 },
        emphasis: { lineStyle: { width: 4, opacity: 1 } },
        data: runs.map((run) => ({
          name: run.name,
          value: drawn.map(({ at }) => at(run)),
          lineStyle: { color: run.color, type: run.dashed ? ("dashed" as const) : ("solid" as const) },
        })),
      },
    ] as EChartsOption["series"],
  };
}

/** A point for each run that has one of the values; hollow and at the edge where the other is no number. */
export function scatterOption(theme: ChartTheme, runs: MarkedRun[], x: Axis, y: Axis): EChartsOption {
  const shown = withEither(runs, x, y);
  const [across, up] = [drawnAxis(shown, x), drawnAxis(shown, y)];
  const lines = [...across.borders.map((at) => ({ xAxis: at })), ...up.borders.map((at) => ({ yAxis: at }))];
  return {
    legend: { show: false },
    grid: { top: 16, bottom: 30, left: 30, right: 60 },
    tooltip: {
      trigger: "item",
      formatter: (params) => {
        const { dataIndex } = params as { dataIndex: number };
        const run = shown[dataIndex];
        return run ? rowsOf(run, [x, y]) : "";
      },
    },
    xAxis: scatterAxis(theme, across, axisName(x)),
    yAxis: { ...scatterAxis(theme, up, axisName(y)), nameGap: 48 },
    series: [
      {
        type: "scatter",
        symbolSize: 11,
        data: shown.map((run) => ({
          name: run.name,
          value: [across.at(run), up.at(run)],
          itemStyle: {
            color: across.isApart(run) || up.isApart(run) ? theme.canvas : run.color,
            borderColor: run.color,
            borderWidth: 2,
          },
        })),
        label: {
          show: shown.length <= MAX_LISTED_NAMES,
          position: "right",
          color: theme.quiet,
          fontSize: 11,
          width: 120,
          overflow: "truncate",
          formatter: "{b}",
        },
        labelLayout: { hideOverlap: true },
        markLine: {
          silent: true,
          symbol: "none",
          animation: false,
          // Or its place would be rounded.
          precision: 15,
          label: { show: false },
          lineStyle: { color: theme.quiet, type: "dashed", width: 1, opacity: 0.6 },
          data: lines,
        },
      },
    ],
  };
}

/** The runs with one of the values at least. */
export const withEither = (runs: MarkedRun[], x: Axis, y: Axis): MarkedRun[] =>
  runs.filter((run) => loggedOf(run, x) !== undefined || loggedOf(run, y) !== undefined);

function scatterAxis(theme: ChartTheme, { axis }: Drawn, name: string) {
  const { axisLabel, ...style } = chartAxis(theme, "value", name);
  return { ...style, ...withLabels(axis, axisLabel) } as object;
}

/** An axis whose labels are styled and placed both. */
function withLabels(axis: Drawn["axis"], style: object) {
  const { axisLabel, ...others } = axis as { axisLabel?: object };
  return { ...others, axisLabel: { ...style, ...axisLabel } };
}

const MISSING = "not logged";

function textOf(run: MarkedRun, axis: Axis): string {
  const value = loggedOf(run, axis);
  return value === undefined ? MISSING : String(value);
}

function rowsOf(run: MarkedRun, axes: Axis[]): string {
  const rows = axes.map((axis) => {
    const number = axis.startsWith("metrics.") ? numberOf(run, axis) : undefined;
    const value = number === undefined ? encodeHtml(textOf(run, axis)) : formatNumber(number);
    return `${encodeHtml(axisName(axis))}&nbsp; <b>${value}</b>`;
  });
  return [`<b>${encodeHtml(run.name)}</b>`, ...rows].join("<br>");
}

/** Colors from low to high, to tell by a number which run is which; null where it is none. */
export function gradient(theme: ChartTheme, runs: RunSummary[], axis: Axis): (string | null)[] {
  const values = runs.map((run) => numberOf(run, axis));
  const numbers = values.filter((value) => value !== undefined);
  const low = Math.min(...numbers);
  const span = Math.max(...numbers) - low || 1;
  const stops = gradientStops(theme);
  return values.map((value) => {
    if (value === undefined) return null;
    return stops[Math.min(stops.length - 1, Math.floor(((value - low) / span) * stops.length))] as string;
  });
}

export const gradientStops = ({ dark }: ChartTheme): string[] =>
  dark
    ? ["#3b4cc0", "#5f7be0", "#52b1bb", "#9ccb52", "#f0a93b", "#ff8a80"]
    : ["#2f3fa8", "#3b7dd8", "#12a08c", "#5b8c1e", "#d97706", "#b42318"];
