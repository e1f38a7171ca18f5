import { expect, test } from "vitest";
import type { Lineage } from "@/api/types";
import { edgeLabel, edgeText, originsOf, statusOf, titleOf } from "./describe";
import { lineageFilter, lineageSearch } from "./search";

const LINEAGE: Lineage = {
  root: "version:iris/3",
  truncated: false,
  nodes: [
    { id: "version:iris/3", kind: "version", name: "iris", number: 3 },
    { id: "version:iris/1", kind: "version", name: "iris", number: 1 },
    { id: "dataset_version:iris@2", kind: "dataset_version", name: "iris", number: 2 },
  ],
  edges: [
    { source: "version:iris/1", target: "version:iris/3", kind: "retrain", skipped: 1 },
    { source: "dataset_version:iris@2", target: "version:iris/3", kind: "data", label: "training" },
    { source: "version:iris/0", target: "version:iris/3", kind: "parent" },
  ],
};

test("nodes are called as elsewhere on the page", () => {
  expect(LINEAGE.nodes.map(titleOf)).toEqual(["iris #3", "iris #1", "iris@2"]);
  expect(titleOf({ kind: "run", name: "tree-1" })).toBe("tree-1");
  expect(statusOf({ kind: "run", status: "FINISHED" })).toBe("Finished");
  expect(statusOf({ kind: "version", status: "Ready" })).toBe("Ready");
});

test("edges say how one came of the other, and what a filter left out", () => {
  expect(LINEAGE.edges.map(edgeText)).toEqual(["retrain of, 1 left out between", "given (training)", "made from"]);
  expect(LINEAGE.edges.map(edgeLabel)).toEqual(["retrain · +1 between", "training", undefined]);
});

test("each node knows its origins that are shown", () => {
  const origins = originsOf(LINEAGE);
  expect(origins.get("version:iris/3")?.map(({ node }) => node.id)).toEqual([
    "version:iris/1",
    "dataset_version:iris@2",
  ]);
  expect(origins.get("version:iris/1")).toBeUndefined();
});

test("days are whole days where the reader is; what is no day is left out", () => {
  const search = lineageSearch({ since: "2026-11-01", until: "2026-11-01", view: "pie", status: "Ready,Failed" });
  expect(search).toMatchObject({ view: undefined, status: ["Ready", "Failed"] });
  const { since, until } = lineageFilter(search);
  expect(Date.parse(until ?? "") - Date.parse(since ?? "")).toBe(24 * 3_600_000 - 1);
  expect(lineageSearch({ since: "yesterday" }).since).toBeUndefined();
});
