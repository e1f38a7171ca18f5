import { expect, test } from "vitest";
import { defaultColumns } from "../defaultColumns";
import { groupRuns, meanOf } from "./groups";

test("runs are grouped by a param, its numbers in order, those without it last", () => {
  const runs = ["10", undefined, "9", "10"].map((depth, id) => ({ id, params: depth ? { depth } : {} }));
  const groups = groupRuns(runs as { id: number; params: Record<string, string> }[], "depth");
  expect(groups.map(({ value, members }) => [value, members.map(({ id }) => id)])).toEqual([
    ["9", [2]],
    ["10", [0, 3]],
    ["not logged", [1]],
  ]);
});

test("the mean stands at every step, between its steps a curve is interpolated, outside of them it has no say", () => {
  const mean = meanOf([
    { steps: [0, 1, 2], values: [0, 2, 4] },
    { steps: [0, 2, 3], values: [2, 6, 8] },
    { steps: [1], values: [Number.NaN] },
  ]);
  expect(mean.steps).toEqual([0, 1, 2, 3]);
  expect(mean.values).toEqual([1, 3, 5, 8]);
  expect(mean.band.low).toEqual([0, 2, 4, 8]);
  expect(mean.band.high).toEqual([2, 4, 6, 8]);
});

test("columns at first are the metrics that most runs have and the params that vary", () => {
  const run = (metrics: string[], params: Record<string, string>) => ({
    metrics: Object.fromEntries(metrics.map((key) => [key, 1])),
    params,
  });
  const runs = [run(["a_rare", "loss"], { seed: "1", lr: "0.1" }), run(["loss", "auc"], { seed: "1", lr: "0.2" })];
  const names = { metrics: ["a_rare", "auc", "gone", "loss"], params: ["lr", "seed"] };
  expect(defaultColumns(runs, names)).toEqual({ metrics: ["loss", "a_rare", "auc"], params: ["lr"] });
});
