import { expect, test } from "vitest";
import { chartTheme } from "@/testing/chartTheme";
import { versionColor } from "@/ui/chart/theme";
import { gradient, type MarkedRun, parallelOption, scatterOption } from "./options";

const run = (name: string, params: Record<string, string>, metrics: Record<string, number | string>) =>
  ({ name, params, metrics, tags: {}, color: versionColor(chartTheme, 1), dashed: name === "b" }) as MarkedRun;

const RUNS = [
  run("a", { depth: "6", kind: "<tree>" }, { loss: 0.5, auc: 0.9 }),
  run("b", { depth: "8" }, { loss: "NaN", auc: 0.8 }),
  run("c", {}, {}),
];

interface Axis {
  type: string;
  data?: string[];
  min?: number;
  max?: number;
  axisLabel: { formatter?: (tick: number) => string; customValues?: number[] };
}
interface Option {
  parallelAxis: Axis[];
  xAxis: Axis;
  yAxis: Axis;
  tooltip: { formatter: (params: { dataIndex: number }) => string };
  series: {
    data: { name: string; value: (number | string)[]; lineStyle: object; itemStyle: { color: string } }[];
    markLine: { data: object[] };
  }[];
}

const parallel = (axes: string[]) => parallelOption(chartTheme, RUNS, axes) as unknown as Option;
const scatter = (x: string, y: string) => scatterOption(chartTheme, RUNS, x, y) as unknown as Option;

test("a line goes through its numbers, and what is none has a place of its own below them", () => {
  const option = parallel(["params.depth", "metrics.loss"]);
  const [depth, loss] = option.parallelAxis as [Axis, Axis];
  expect([depth.type, loss.type]).toEqual(["value", "value"]);
  const values = option.series[0]?.data.map(({ value }) => value as [number, number]) ?? [];
  expect(values[0]).toEqual([6, 0.5]);
  expect(loss.axisLabel.formatter?.(values[1]?.[1] as number)).toBe("NaN");
  expect(loss.axisLabel.formatter?.(values[2]?.[1] as number)).toBe("not logged");
  expect(depth.min).toBeLessThan(6);
});

test("an axis of texts lists them, what was not logged last", () => {
  const option = parallel(["params.kind"]);
  expect(option.parallelAxis[0]).toMatchObject({ type: "category", data: ["<tree>", "not logged"] });
  expect(option.series[0]?.data.map(({ value }) => value[0])).toEqual(["<tree>", "not logged", "not logged"]);
});

test("who points at a line reads the run's name and values, which are no markup", () => {
  const { formatter } = parallel(["params.kind", "metrics.loss"]).tooltip;
  expect(formatter({ dataIndex: 0 })).toBe("<b>a</b><br>kind&nbsp; <b>&#60;tree&#62;</b><br>loss&nbsp; <b>0.5000</b>");
  expect(formatter({ dataIndex: 2 })).toContain("loss&nbsp; <b>not logged</b>");
  expect(formatter({ dataIndex: 9 })).toBe("");
});

test("a dashed run is drawn dashed", () => {
  const lines = parallel(["metrics.loss"]).series[0]?.data.map(({ lineStyle }) => lineStyle);
  expect(lines).toMatchObject([{ type: "solid" }, { type: "dashed" }, { type: "solid" }]);
});

test("a run without either value has no point; one without a number is hollow, beyond a border", () => {
  const option = scatter("metrics.auc", "metrics.loss");
  const [series] = option.series;
  expect(series?.data.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(series?.data.map(({ itemStyle }) => itemStyle.color === chartTheme.canvas)).toEqual([false, true]);
  expect(series?.markLine.data).toHaveLength(1);
  expect(option.tooltip.formatter({ dataIndex: 1 })).toContain("auc&nbsp; <b>0.8000</b>");
  expect(option.tooltip.formatter({ dataIndex: 7 })).toBe("");
});

test("colors go from low to high; a run without a number has none", () => {
  const colors = gradient(chartTheme, RUNS, "metrics.auc");
  expect(colors[2]).toBeNull();
  expect(colors[0]).not.toBe(colors[1]);
  expect(gradient({ ...chartTheme, dark: true }, RUNS, "metrics.auc")).not.toEqual(colors);
});
