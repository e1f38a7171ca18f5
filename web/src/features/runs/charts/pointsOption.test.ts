import { expect, test } from "vitest";
import { chartTheme } from "@/testing/chartTheme";
import { pointsOption } from "./pointsOption";

const POINTS = [
  { run: "<a>", at: "6", value: 1, color: "c0" },
  { run: "b", at: "6", value: 3, color: "c0" },
  { run: "c", at: "8", value: "NaN", color: "c1" },
];

interface Option {
  xAxis: { data: string[]; axisLabel: { show: boolean } };
  yAxis: { axisLabel: { formatter: (tick: number) => string } };
  tooltip: { formatter: (params: { dataIndex: number }) => string };
  series: { data: { value: [string, number]; itemStyle: { color: string } }[] }[];
}

test("each run is a point above its group, with the mean of the group's numbers", () => {
  const option = pointsOption(chartTheme, POINTS, true) as unknown as Option;
  expect(option.xAxis).toMatchObject({ data: ["6", "8"], axisLabel: { show: true } });
  expect(option.series).toHaveLength(2);
  expect(option.series[1]?.data).toEqual([["6", 2]]);
  const odd = option.series[0]?.data[2];
  expect(odd?.itemStyle.color).toBe(chartTheme.canvas);
  expect(option.yAxis.axisLabel.formatter(odd?.value[1] as number)).toBe("NaN");
});

test("who points at one reads its group, run and value, which are no markup", () => {
  const grouped = pointsOption(chartTheme, POINTS, true) as unknown as Option;
  expect(grouped.tooltip.formatter({ dataIndex: 0 })).toBe("6<br>&#60;a&#62;&nbsp; <b>1.000</b>");
  expect(grouped.tooltip.formatter({ dataIndex: 9 })).toBe("");
  const alone = pointsOption(chartTheme, POINTS, false) as unknown as Option;
  expect(alone.tooltip.formatter({ dataIndex: 1 })).toBe("b&nbsp; <b>3.000</b>");
  expect(alone.series).toHaveLength(1);
});
