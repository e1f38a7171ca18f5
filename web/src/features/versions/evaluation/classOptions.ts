import type { EChartsOption } from "echarts";
import type { CalibrationCurve, PrecisionRecallCurve, RocCurve } from "@/api/types";
import { formatNumber } from "@/lib/format";
import { encodeHtml } from "@/lib/html";
import { axis } from "@/ui/chart/base";
import type { ChartTheme } from "@/ui/chart/theme";

type Point = [x: number, y: number, threshold?: number];
type Points = Point[];

function pointsOf(xs: number[], ys: number[], thresholds?: number[]): Points {
  return xs.map((x, index) => {
    const [at, up] = [Number(x), Number(ys[index])];
    return thresholds ? [at, up, Number(thresholds[index])] : [at, up];
  });
}

function unitAxes(theme: ChartTheme, x: string, y: string): EChartsOption {
  const unit = { min: 0, max: 1, interval: 0.25 };
  return {
    grid: { left: 26, top: 34, bottom: 26, right: 20 },
    xAxis: { ...axis(theme, "value", x), ...unit },
    yAxis: { ...axis(theme, "value", y), ...unit, nameGap: 34 },
    tooltip: { trigger: "axis", formatter: (params) => tooltip(params as unknown as Hovered[], x, y) },
  };
}

interface Hovered {
  marker: string;
  seriesName: string;
  value: Point;
}

/** What the curves have where the pointer is; of a step straight up its end. */
export function tooltip(hovered: Hovered[], x: string, y: string): string {
  const [first] = hovered;
  if (!first) return "";
  const last = new Map(
    hovered.filter(({ seriesName }) => seriesName !== CHANCE).map((each) => [each.seriesName, each]),
  );
  const lines = [...last.values()].map(({ marker, seriesName, value: [, up, threshold] }) => {
    const at = threshold === undefined || !Number.isFinite(threshold) ? "" : ` at threshold ${formatNumber(threshold)}`;
    return `${marker}${encodeHtml(seriesName)}&nbsp; <b>${formatNumber(up)}</b>${at}`;
  });
  return [`${x} <b>${formatNumber(first.value[0])}</b>`, `${y}:`, ...lines].join("<br>");
}

function line(theme: ChartTheme, index: number, name: string, data: Points, symbols = false) {
  const color = theme.palette[index % theme.palette.length] as string;
  return {
    type: "line" as const,
    name,
    data,
    showSymbol: symbols,
    symbol: "circle",
    symbolSize: symbols ? 7 : 5,
    lineStyle: { color, width: 1.8 },
    itemStyle: { color },
    triggerLineEvent: true,
    emphasis: { lineStyle: { width: 2.4 } },
  };
}

const CHANCE = "by chance";

const reference = (theme: ChartTheme, data: Points) => ({
  type: "line" as const,
  name: CHANCE,
  data,
  silent: true,
  showSymbol: false,
  lineStyle: { color: theme.quiet, type: "dashed" as const, width: 1 },
  tooltip: { show: false },
});

/** The area beside the label, where there is room for it. */
function names<Curve extends { label: string }>(curves: Curve[], area: (curve: Curve) => number): string[] {
  return curves.map((curve) => (curves.length > 2 ? curve.label : `${curve.label} (${formatNumber(area(curve))})`));
}

export function rocOption(theme: ChartTheme, curves: RocCurve[]): EChartsOption {
  const named = names(curves, ({ auc }) => auc);
  return {
    ...unitAxes(theme, "False positive rate", "True positive rate"),
    legend: { data: named },
    series: [
      ...curves.map((curve, index) =>
        line(
          theme,
          index,
          named[index] ?? "",
          pointsOf(curve.false_positive_rate, curve.true_positive_rate, curve.thresholds),
        ),
      ),
      reference(theme, [
        [0, 0],
        [1, 1],
      ]),
    ],
  };
}

export function precisionRecallOption(theme: ChartTheme, curves: PrecisionRecallCurve[]): EChartsOption {
  const named = names(curves, ({ average_precision }) => average_precision);
  return {
    ...unitAxes(theme, "Recall", "Precision"),
    legend: { data: named },
    series: curves.map((curve, index) =>
      line(theme, index, named[index] ?? "", pointsOf(curve.recall, curve.precision, curve.thresholds)),
    ),
  };
}

export function calibrationOption(theme: ChartTheme, curves: CalibrationCurve[]): EChartsOption {
  const named = curves.map(({ label }) => label);
  return {
    ...unitAxes(theme, "Mean predicted probability", "Observed frequency"),
    legend: { data: named },
    series: [
      ...curves.map((curve, index) => line(theme, index, curve.label, pointsOf(curve.predicted, curve.observed), true)),
      reference(theme, [
        [0, 0],
        [1, 1],
      ]),
    ],
  };
}
