import { expect, test } from "vitest";
import { isPositive, smooth, tableOf } from "./series";

test("smoothing keeps a constant as it is and calms a jump", () => {
  const steps = [1, 2, 3, 4];
  expect(smooth(steps, [5, 5, 5, 5], 0.9).map((value) => Math.round(value * 1e9) / 1e9)).toEqual([5, 5, 5, 5]);
  const calmed = smooth(steps, [0, 0, 10, 0], 0.5);
  expect(calmed[0]).toBe(0);
  expect(calmed[2]).toBeGreaterThan(0);
  expect(calmed[2]).toBeLessThan(10);
});

test("no smoothing gives back the very same values", () => {
  const values = [1, 2, 3];
  expect(smooth([1, 2, 3], values, 0)).toBe(values);
});

test("ten thousand points are smoothed in a frame", () => {
  const steps = Array.from({ length: 10_000 }, (_, index) => index);
  const began = performance.now();
  expect(smooth(steps, steps.map(Math.sin), 0.9)).toHaveLength(10_000);
  expect(performance.now() - began).toBeLessThan(100);
});

test("curves with different steps make one table", () => {
  const table = tableOf([
    { name: "train", steps: [1, 2], values: [0.5, 0.4] },
    { name: "test", steps: [2], values: [0.6] },
  ]);
  expect(table).toEqual({
    columns: ["step", "train", "test"],
    rows: [
      [1, 0.5, null],
      [2, 0.4, 0.6],
    ],
  });
});

test("a logarithmic axis needs positive values", () => {
  expect(isPositive([{ values: [1, 0.1] }])).toBe(true);
  expect(isPositive([{ values: [1, 0] }])).toBe(false);
});
