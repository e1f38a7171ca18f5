import { expect, test } from "vitest";
import type { ChartTheme } from "../chart/theme";
import { curveOption } from "./curveOption";

const THEME = { quiet: "#777", ink: "#000", canvas: "#fff", line: "#ddd" } as ChartTheme;
const VIEW = { smoothing: 0, log: false, stepName: "step", zoom: null };

interface Drawn {
  id: string;
  data: ([number, number | null, string?] & { value: [number, number]; label: { formatter: string } })[];
}

function drawn(steps: number[], values: number[]): Drawn[] {
  return curveOption(THEME, [{ name: "loss", color: "#00f", steps, values }], VIEW).series as unknown as Drawn[];
}

test("a line stops at what is no number, which is marked at the edge and said when pointed at", () => {
  const [line, gaps, edge] = drawn([0, 1, 2, 3, 4], [1, Number.NaN, 0.5, Number.POSITIVE_INFINITY, 0.2]);
  expect(line?.data).toEqual([
    [0, 1],
    [1, null, "NaN"],
    [2, 0.5],
    [3, null, "Infinity"],
    [4, 0.2],
  ]);
  expect(gaps?.data.slice(0, 2)).toEqual([
    [0, 1],
    [2, 0.5],
  ]);
  expect(edge?.data.map(({ value, label }) => [value[0], label.formatter])).toEqual([
    [1, "NaN"],
    [3, "∞"],
  ]);
});

test("a line stops where steps of an even row are missing, and is whole where steps are uneven anyway", () => {
  const even = drawn([0, 1, 2, 3, 4, 5, 20, 21], [1, 2, 3, 4, 5, 6, 7, 8]);
  expect(even[0]?.data.filter(([, value]) => value === null)).toEqual([[5, null]]);
  expect(even).toHaveLength(2);
  expect(drawn([1, 2, 5, 10, 20, 50, 100], [1, 2, 3, 4, 5, 6, 7])).toHaveLength(1);
});

test("one infinite value alone is drawn", () => {
  expect(drawn([0, 1], [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]).at(-1)?.data).toHaveLength(2);
});
