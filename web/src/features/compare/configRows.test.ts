import { expect, test } from "vitest";
import { configRows } from "./configRows";

test("configs are compared key by key, features by name whatever their order", () => {
  const rows = configRows([
    {
      trainer: { learning_rate: 0.1 },
      input_features: [
        { name: "a", type: "number" },
        { name: "b", type: "text" },
      ],
    },
    {
      trainer: { learning_rate: 0.2 },
      input_features: [
        { name: "b", type: "text" },
        { name: "a", type: "number" },
      ],
    },
  ]);
  expect(rows.filter(({ differs }) => differs)).toEqual([
    { path: "trainer.learning_rate", values: ["0.1", "0.2"], differs: true },
  ]);
  expect(rows.map(({ path }) => path)).toContain("input_features[b].type");
});

test("a key that only one config has differs from nothing", () => {
  expect(configRows([{ seed: 1 }, {}])).toEqual([{ path: "seed", values: ["1", undefined], differs: true }]);
});

test("plain lists and empty objects are values", () => {
  const rows = configRows([{ hidden: [64, 32], extra: {} }]);
  expect(rows.map(({ path, values }) => [path, values[0]])).toEqual([
    ["hidden", "[64,32]"],
    ["extra", "{}"],
  ]);
});
