import { expect, test } from "vitest";
import { cellsOf, rowTotals } from "./confusion";

const matrix = {
  labels: ["no", "yes", "never"],
  counts: [
    [8, 2, 0],
    [1, 3, 0],
    [0, 0, 0],
  ],
  mean_probabilities: [[0.75, 0.2, 0.05], [0.3, 0.6, 0.1], ["NaN", "NaN", "NaN"] as unknown as number[]],
};

const values = (mode: "counts" | "share" | "probability") => cellsOf(matrix, mode).map(({ value }) => value);

test("counts are as they are, and filled by their share of the row", () => {
  expect(values("counts").slice(0, 3)).toEqual([8, 2, 0]);
  expect(cellsOf(matrix, "counts")[0]?.strength).toBeCloseTo(0.8);
});

test("shares of a row add up to one; a class without rows has none", () => {
  expect(values("share")).toEqual([0.8, 0.2, 0, 0.25, 0.75, 0, null, null, null]);
});

test("mean probabilities are shown as they are, and not at all where there are no rows", () => {
  expect(values("probability").slice(3)).toEqual([0.3, 0.6, 0.1, null, null, null]);
});

test("totals are of the actual classes", () => {
  expect(rowTotals(matrix)).toEqual([10, 4, 0]);
});
