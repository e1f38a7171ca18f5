import type { EChartsOption } from "echarts";
import { useCallback, useMemo } from "react";
import type { Regression } from "@/api/types";
import { formatNumber, plural } from "@/lib/format";
import { axis } from "@/ui/chart/base";
import { Chart } from "@/ui/chart/Chart";
import type { ChartTheme } from "@/ui/chart/theme";
import classes from "./Evaluation.module.css";

const HEIGHT = 340;

/** Predicted against actual, and how the residuals are spread. */
export function RegressionCharts({ regression }: { regression: Regression }) {
  const { points, residuals } = regression;
  const scatter = useCallback((theme: ChartTheme) => scatterOption(theme, points), [points]);
  const histogram = useCallback((theme: ChartTheme) => residualOption(theme, residuals), [residuals]);
  const scatterData = useMemo(() => ({ columns: ["actual", "predicted"], rows: points }), [points]);
  const histogramData = useMemo(
    () => ({ columns: ["from", "to", "rows"], rows: residuals.map(({ low, high, count }) => [low, high, count]) }),
    [residuals],
  );
  const odd = points.filter((point) => !point.map(Number).every(Number.isFinite)).length;
  return (
    <div className={classes.charts}>
      <Chart
        title="Predicted against actual"
        option={scatter}
        data={scatterData}
        empty={points.length === 0 ? "This split has no rows." : null}
        note={odd > 0 ? `${plural(odd, "row")} with a NaN or infinite value: not drawn.` : null}
        height={HEIGHT}
      />
      <Chart
        title="Residuals (actual minus predicted)"
        option={histogram}
        data={histogramData}
        empty={residuals.length === 0 ? "This split has no rows." : null}
        height={HEIGHT}
      />
    </div>
  );
}

function scatterOption(theme: ChartTheme, points: [number, number][]): EChartsOption {
  const numbers = points.flat().map(Number).filter(Number.isFinite);
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  const scale = { scale: true };
  return {
    grid: { left: 26, top: 12, bottom: 26, right: 20 },
    xAxis: { ...axis(theme, "value", "Actual"), ...scale },
    yAxis: { ...axis(theme, "value", "Predicted"), ...scale, nameGap: 44 },
    legend: { show: false },
    tooltip: {
      trigger: "item",
      formatter: (params) => {
        const { value } = params as unknown as { value: [number, number] };
        return `actual <b>${formatNumber(value[0])}</b><br>predicted <b>${formatNumber(value[1])}</b>`;
      },
    },
    series: [
      {
        type: "scatter",
        name: "rows",
        data: points,
        symbolSize: 6,
        itemStyle: { color: theme.accent, opacity: 0.55 },
      },
      {
        type: "line",
        name: "perfect",
        silent: true,
        showSymbol: false,
        data: [
          [low, low],
          [high, high],
        ],
        lineStyle: { color: theme.quiet, type: "dashed", width: 1 },
      },
    ],
  };
}

function residualOption(theme: ChartTheme, bins: Regression["residuals"]): EChartsOption {
  return {
    grid: { left: 8, top: 12, bottom: 26, right: 20 },
    legend: { show: false },
    xAxis: {
      ...axis(theme, "category", "Residual"),
      data: bins.map(({ low, high }) => formatNumber((Number(low) + Number(high)) / 2)),
    },
    yAxis: { ...axis(theme, "value"), minInterval: 1 },
    tooltip: {
      formatter: (params) => {
        const [bar] = params as unknown as { dataIndex: number; value: number }[];
        const bin = bar && bins[bar.dataIndex];
        return bin ? `${formatNumber(bin.low)} to ${formatNumber(bin.high)}<br><b>${bin.count}</b> rows` : "";
      },
    },
    series: [
      {
        type: "bar",
        name: "rows",
        data: bins.map(({ count }) => count),
        barCategoryGap: "6%",
        itemStyle: { color: theme.accent, borderRadius: [2, 2, 0, 0] },
      },
    ],
  };
}
