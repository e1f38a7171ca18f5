import type { EChartsOption } from "echarts";
import { formatNumber } from "@/lib/format";
import { encodeHtml } from "@/lib/html";
import { apartAxis, isNumber, placeOf } from "@/ui/chart/apart";
import { axis } from "@/ui/chart/base";
import type { ChartTheme } from "@/ui/chart/theme";

/** The one value of a run. */
export interface Point {
  run: string;
  /** What it stands above. */
  at: string;
  value: number | string;
  color: string;
}

/** A point for each run above its group, or each above its own name, with the mean of each group as a line. */
export function pointsOption(theme: ChartTheme, points: Point[], grouped: boolean): EChartsOption {
  const groups = [...new Set(points.map(({ at }) => at))];
  const scale = apartAxis(points.map(({ value }) => placeOf(value) ?? "NaN"));
  return {
    legend: { show: false },
    grid: { top: 12, bottom: grouped ? 10 : 4, right: 12 },
    xAxis: { ...axis(theme, "category"), data: groups, axisLabel: { show: grouped, color: theme.quiet } },
    yAxis: {
      ...axis(theme, "value"),
      min: scale.min,
      max: scale.max,
      axisLabel: { color: theme.quiet, customValues: scale.ticks, formatter: scale.label },
      axisTick: { show: false, customValues: scale.numbers },
    },
    tooltip: {
      trigger: "item",
      formatter: (params) => {
        const point = points[(params as { dataIndex: number }).dataIndex];
        if (!point) return "";
        const group = grouped ? `${encodeHtml(point.at)}<br>` : "";
        return `${group}${encodeHtml(point.run)}&nbsp; <b>${formatNumber(point.value)}</b>`;
      },
    },
    series: [
      {
        type: "scatter",
        symbolSize: 8,
        data: points.map(({ at, value, color }) => {
          const place = placeOf(value) ?? "NaN";
          return {
            value: [at, scale.at(place)],
            itemStyle: { color: isNumber(place) ? color : theme.canvas, borderColor: color, borderWidth: 1.5 },
          };
        }),
      },
      ...(grouped ? [means(theme, groups, points)] : []),
    ],
  };
}

function means(theme: ChartTheme, groups: string[], points: Point[]) {
  const data = groups.flatMap((group) => {
    const numbers = points.flatMap(({ at, value }) => {
      const place = at === group ? placeOf(value) : null;
      return isNumber(place) ? [place] : [];
    });
    return numbers.length > 0 ? [[group, numbers.reduce((sum, value) => sum + value / numbers.length, 0)]] : [];
  });
  return {
    type: "scatter" as const,
    silent: true,
    symbol: "rect",
    symbolSize: [26, 2],
    itemStyle: { color: theme.ink },
    tooltip: { show: false },
    data,
  };
}
