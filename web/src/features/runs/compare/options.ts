import type { EChartsOption } from "echarts";
import type { RunSummary } from "@/api/types";
import { formatNumber, formatValue } from "@/lib/format";
import { encodeHtml } from "@/lib/html";
import { axis as chartAxis } from "@/ui/chart/base";
import type { ChartTheme } from "@/ui/chart/theme";
import { type Axis, axisName, isNumeric, loggedOf, numberOf } from "./values";

export interface MarkedRun extends RunSummary {
  color: string;
  dashed: boolean;
}

const MOST_NAMED = 15;

/** A line for each run through its values on every axis; axes whose values are no numbers list them. */
export function parallelOption(theme: ChartTheme, runs: MarkedRun[], axes: Axis[]): EChartsOption {
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
    parallelAxis: axes.map((axis, dim) => {
      const numeric = isNumeric(runs, axis);
      return {
        dim,
        name: axisName(axis),
        nameGap: 16,
        nameTruncate: { maxWidth: 120, ellipsis: "…" },
        nameTextStyle: { color: theme.ink, fontSize: 11 },
        type: numeric ? ("value" as const) : ("category" as const),
        scale: true,
        data: numeric ? undefined : [...new Set(runs.map((run) => textOf(run, axis)))].sort(),
        axisLine: { lineStyle: { color: theme.line, width: 2 } },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: {
          color: theme.quiet,
          width: 90,
          overflow: "truncate" as const,
          formatter: numeric ? (value: number | string) => formatValue(value) : undefined,
        },
        areaSelectStyle: { color: theme.accent, borderColor: theme.accent, opacity: 0.25 },
      };
    }),
    series: [
      {
        type: "parallel",
        inactiveOpacity: 0.05,
        lineStyle: { width: 2, opacity: 0.75 },
        emphasis: { lineStyle: { width: 4, opacity: 1 } },
        data: runs.map((run) => ({
          name: run.name,
          value: axes.map((axis) => (isNumeric(runs, axis) ? (numberOf(run, axis) ?? "-") : textOf(run, axis))),
          lineStyle: { color: run.color, type: run.dashed ? ("dashed" as const) : ("solid" as const) },
        })),
      },
    ] as EChartsOption["series"],
  };
}

/** A point for each run that has both values. */
export function scatterOption(theme: ChartTheme, runs: MarkedRun[], x: Axis, y: Axis): EChartsOption {
  const drawn = inBoth(runs, x, y);
  return {
    legend: { show: false },
    grid: { top: 16, bottom: 30, left: 30, right: 60 },
    tooltip: {
      trigger: "item",
      formatter: (params) => {
        const { dataIndex } = params as { dataIndex: number };
        const run = drawn[dataIndex];
        return run ? rowsOf(run, [x, y]) : "";
      },
    },
    xAxis: scatterAxis(theme, runs, x),
    yAxis: { ...scatterAxis(theme, runs, y), nameGap: 48 },
    series: [
      {
        type: "scatter",
        symbolSize: 11,
        data: drawn.map((run) => ({
          name: run.name,
          value: [placeOf(runs, run, x), placeOf(runs, run, y)],
          itemStyle: { color: run.color },
        })),
        label: {
          show: drawn.length <= MOST_NAMED,
          position: "right",
          color: theme.quiet,
          fontSize: 11,
          width: 120,
          overflow: "truncate",
          formatter: "{b}",
        },
        labelLayout: { hideOverlap: true },
      },
    ],
  };
}

export const inBoth = (runs: MarkedRun[], x: Axis, y: Axis): MarkedRun[] =>
  runs.filter((run) => placeOf(runs, run, x) !== undefined && placeOf(runs, run, y) !== undefined);

function scatterAxis(theme: ChartTheme, runs: MarkedRun[], axis: Axis) {
  const name = axisName(axis);
  if (!isNumeric(runs, axis)) {
    const data = [...new Set(runs.map((run) => textOf(run, axis)))].sort();
    return { ...chartAxis(theme, "category", name), data };
  }
  // A point at the very edge would be cut.
  const room: [string, string] = ["4%", "4%"];
  return { ...chartAxis(theme, "value", name), scale: true, boundaryGap: room };
}

const placeOf = (runs: MarkedRun[], run: MarkedRun, axis: Axis): string | number | undefined =>
  isNumeric(runs, axis) ? numberOf(run, axis) : textOf(run, axis);

function textOf(run: MarkedRun, axis: Axis): string {
  const value = loggedOf(run, axis);
  return value === undefined ? "not logged" : String(value);
}

function rowsOf(run: MarkedRun, axes: Axis[]): string {
  const rows = axes.map((axis) => {
    const number = axis.startsWith("metrics.") ? numberOf(run, axis) : undefined;
    const value = number === undefined ? encodeHtml(textOf(run, axis)) : formatNumber(number);
    return `${encodeHtml(axisName(axis))}&nbsp; <b>${value}</b>`;
  });
  return [`<b>${encodeHtml(run.name)}</b>`, ...rows].join("<br>");
}

/** Colours from low to high, to tell by a number which run is which; null where it was not logged. */
export function gradient(theme: ChartTheme, runs: RunSummary[], axis: Axis): (string | null)[] {
  const values = runs.map((run) => numberOf(run, axis));
  const known = values.filter((value) => value !== undefined);
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
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
