import { expect, test } from "vitest";
import { type Condition, describeCondition, readConditions, writeConditions } from "./conditions";

test("conditions go through an address as they are, and what is none is left out", () => {
  const conditions: Condition[] = [
    ["a, b", ">=", "1"],
    ["c", "missing"],
  ];
  expect(readConditions(writeConditions(conditions))).toEqual(conditions);
  expect(conditions.map(describeCondition)).toEqual(["a, b >= 1", "c is missing"]);
  expect(readConditions('[["a"],["a","=",1],["a","=","1"]]')).toEqual([["a", "=", "1"]]);
  expect([undefined, "{", "1"].map(readConditions)).toEqual([[], [], []]);
  expect(writeConditions([])).toBeUndefined();
});
