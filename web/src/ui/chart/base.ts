import type { EChartsOption } from "echarts";
import { formatNumber } from "@/lib/format";
import type { ChartTheme } from "./theme";

/** What every chart looks like unless it says otherwise: quiet axes, tabular text, no animation that delays reading. */
export function baseOption(theme: ChartTheme, reducedMotion: boolean): EChartsOption {
  return {
    animation: !reducedMotion,
    animationDuration: 250,
    animationDurationUpdate: 150,
    color: theme.palette,
    textStyle: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontSize: 11, color: theme.quiet },
    grid: { left: 8, right: 16, top: 28, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      trigger: "axis",
      confine: true,
      transitionDuration: 0,
      backgroundColor: theme.canvas,
      borderColor: theme.line,
      textStyle: { color: theme.ink, fontSize: 12 },
      valueFormatter: (value) => (Array.isArray(value) ? value.map(show).join(", ") : show(value)),
    },
    legend: {
      type: "scroll",
      top: 0,
      left: 0,
      // As high as the text, or a legend that scrolls would cut the text off.
      icon: "path://M0 0H12V3H0Z",
      itemWidth: 12,
      itemHeight: 14,
      textStyle: { color: theme.quiet, fontSize: 11, lineHeight: 14 },
      inactiveColor: theme.dark ? "#4b545e" : "#b3bac1",
    },
  };
}

function show(value: unknown): string {
  return typeof value === "number" ? formatNumber(value) : String(value ?? "–");
}

/** An axis in the style of the page; merge with its own settings. */
export function axis<Kind extends "value" | "category" | "log" | "time">(theme: ChartTheme, type: Kind, name?: string) {
  return {
    type,
    name,
    nameLocation: "middle" as const,
    nameGap: 28,
    nameTextStyle: { color: theme.quiet },
    axisLine: { show: type === "category", lineStyle: { color: theme.line } },
    axisTick: { show: false },
    axisLabel: { color: theme.quiet },
    splitLine: { lineStyle: { color: theme.line } },
  };
}
