import { describe, expect, it } from "vitest";
import type { EvaluationRecord } from "@/api/types";
import { evaluationDatasetList } from "./search";
import { sourceTitle, traceOf } from "./sources";

const from = (source_type: string | null, source_id: string | null = null) =>
  ({ source_type, source_id }) as EvaluationRecord;

describe("a table of evaluation datasets", () => {
  it("is ordered by what datasets have, else the newest change first", () => {
    const usual = { experiment: ["1"], search: undefined, sort: "updated_at", order: "desc" };
    expect(evaluationDatasetList({}, "1")).toEqual(usual);
    expect(evaluationDatasetList({ sort: "metrics.loss", order: "asc" }, "1")).toEqual(usual);
    expect(evaluationDatasetList({ q: "a", sort: "records" }, "1")).toEqual({ ...usual, search: "a", sort: "records" });
  });
});

describe("the source of a record", () => {
  it("is called as people do", () => {
    const types = ["TRACE", "HUMAN", "MOON", "UNSPECIFIED", null];
    expect(types.map((type) => sourceTitle(from(type)))).toEqual(["Trace", "Person", "MOON", "", ""]);
  });
  it("leads to a trace only where it is one", () => {
    expect([from("TRACE", "tr-1"), from("TRACE"), from("HUMAN", "ada")].map(traceOf)).toEqual(["tr-1", null, null]);
  });
});
