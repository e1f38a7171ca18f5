import { expect, test } from "vitest";
import type { DiffLine } from "@/api/types";
import { foldRows, unify } from "./lines";

const same = (number: number): DiffLine => ({
  kind: "same",
  before: `line ${number}`,
  after: `line ${number}`,
  before_number: number,
  after_number: number,
});
const changed = (number: number): DiffLine => ({
  kind: "changed",
  before: `old ${number}`,
  after: `new ${number}`,
  before_number: number,
  after_number: number,
});

test("three rows stand around a change, the others are counted", () => {
  const rows = [1, 2, 3, 4, 5].map(same).concat(changed(6), [7, 8, 9, 10, 11].map(same));
  expect(foldRows(rows).map((row) => (row.kind === "skipped" ? row.count : row.before))).toEqual([
    2,
    "line 3",
    "line 4",
    "line 5",
    "old 6",
    "line 7",
    "line 8",
    "line 9",
    2,
  ]);
});

test("texts without a change are one count", () => {
  expect(foldRows([1, 2].map(same))).toEqual([{ kind: "skipped", count: 2 }]);
});

test("rows that were changed together are first removed, then added", () => {
  const rows = unify([same(1), changed(2), changed(3), same(4)]);
  expect(rows.map((row) => ("sign" in row ? `${row.sign}${row.text}` : row.count))).toEqual([
    " line 1",
    "−old 2",
    "−old 3",
    "+new 2",
    "+new 3",
    " line 4",
  ]);
});
