import { expect, test } from "vitest";
import {
  axisName,
  bestOf,
  comparedRows,
  defaultAxes,
  defaultMetrics,
  hasNumbers,
  isNumeric,
  loggedOf,
  numberOf,
  placeOn,
} from "./values";

const run = (params: Record<string, string>, metrics: Record<string, number | string>, tags = {}) => ({
  params,
  metrics: metrics as Record<string, number>,
  tags,
});
const RUNS = [
  run({ depth: "6", kind: "tree" }, { loss: 0.5, "val.loss": 1 }, { team: "a", "mlflow.user": "me" }),
  run({ depth: "8", kind: "tree", extra: "" }, { loss: "NaN" }, { team: "a" }),
];

test("rows stand side by side and say what differs", () => {
  const { params, metrics, tags } = comparedRows(RUNS);
  expect(params).toEqual([
    { axis: "params.depth", key: "depth", values: ["6", "8"], differs: true },
    { axis: "params.extra", key: "extra", values: [undefined, ""], differs: true },
    { axis: "params.kind", key: "kind", values: ["tree", "tree"], differs: false },
  ]);
  expect(metrics.map(({ key, values }) => [key, values])).toEqual([
    ["loss", ["0.5", "NaN"]],
    ["val.loss", ["1", undefined]],
  ]);
  expect(tags).toEqual([{ axis: "tags.team", key: "team", values: ["a", "a"], differs: false }]);
});

test("an axis is read by its family, dots in its key included", () => {
  const [first, second] = RUNS as [(typeof RUNS)[0], (typeof RUNS)[0]];
  expect(loggedOf(first, "metrics.val.loss")).toBe(1);
  expect(loggedOf(second, "metrics.val.loss")).toBeUndefined();
  expect(numberOf(first, "params.depth")).toBe(6);
  expect(numberOf(second, "params.extra")).toBeUndefined();
  expect(numberOf(second, "metrics.loss")).toBeUndefined();
  expect(axisName("metrics.val.loss")).toBe("val.loss");
});

test("an axis is numeric when everything logged of it is", () => {
  expect(isNumeric(RUNS, "params.depth")).toBe(true);
  expect(isNumeric(RUNS, "params.kind")).toBe(false);
  expect(isNumeric(RUNS, "params.nothing")).toBe(false);
});

test("params that differ and metrics are the usual axes", () => {
  expect(defaultAxes(comparedRows(RUNS))).toEqual(["params.depth", "params.extra", "metrics.loss", "metrics.val.loss"]);
});

test("NaN, infinities and missing values leave an axis numeric, and the axes that most runs have come first", () => {
  const runs = [
    run({ depth: "6", kind: "a" }, { a_rare: 1, b_nan: "NaN", loss: 0.5 }),
    run({ depth: "None", kind: "6" }, { b_nan: "NaN", loss: "Infinity" }),
    run({ depth: "8" }, { loss: 0.4 }),
  ];
  expect(["params.depth", "params.kind", "metrics.b_nan", "metrics.loss"].map((axis) => isNumeric(runs, axis))).toEqual(
    [true, false, true, true],
  );
  expect(runs.map((each) => placeOn(each, "metrics.loss"))).toEqual([0.5, "∞", 0.4]);
  expect(hasNumbers(runs, "metrics.b_nan")).toBe(false);
  expect(defaultMetrics(comparedRows(runs).metrics)).toEqual(["metrics.loss", "metrics.a_rare"]);
});

test("the best value of a metric is told by its name, where that says which way is better", () => {
  expect(bestOf("val/loss", ["0.3", "0.1", "NaN", undefined])).toEqual([false, true, false, false]);
  expect(bestOf("accuracy", ["0.3", "0.9", "Infinity"])).toEqual([false, true, false]);
  expect(bestOf("accuracy", ["0.9", "0.9"])).toEqual([false, false]);
  expect(bestOf("size", ["1", "2"])).toEqual([false, false]);
  expect(bestOf("error_score", ["1", "2"])).toEqual([false, false]);
});
