import { describe, expect, it } from "vitest";
import type { Assessment, Span, TraceSummary } from "@/api/types";
import { fieldsOf } from "./fields";
import { typeTitle } from "./page/spans";
import { rowsOf, totalOf } from "./page/tree";
import { traceList, traceOrder } from "./search";
import { assessedText, latestFeedback, previewText } from "./values";

const span = (id: string, parent_id: string | null = null, offset_ns = 0, duration_ns: number | null = 1) =>
  ({ id, parent_id, offset_ns, duration_ns }) as Span;
const feedback = (name: string, value: unknown, valid = true) =>
  ({ id: `${name}${value}`, kind: "feedback", name, value, valid, error: null }) as Assessment;

describe("the tree of spans", () => {
  const spans = [span("a"), span("b", "a"), span("c", "b"), span("d", "a")];
  const shown = (rows: ReturnType<typeof rowsOf>) => rows.map((row) => `${row.level}${row.span.id}`);

  it("has parents before what they did, with their place among their siblings", () => {
    const rows = rowsOf(spans, new Set());
    expect(shown(rows)).toEqual(["1a", "2b", "3c", "2d"]);
    expect(rows.map(({ place, siblings, children }) => [place, siblings, children])).toEqual([
      [1, 1, 2],
      [1, 2, 1],
      [1, 1, 0],
      [2, 2, 0],
    ]);
  });
  it("leaves out what is within a closed span", () => {
    expect(shown(rowsOf(spans, new Set(["b"])))).toEqual(["1a", "2b", "2d"]);
    expect(shown(rowsOf(spans, new Set(["a"])))).toEqual(["1a"]);
  });
  it("shows spans whose parent is missing, and those that are their own ancestors", () => {
    expect(shown(rowsOf([span("x", "gone"), span("y", "z"), span("z", "y")], new Set()))).toEqual(["1x", "1y", "2z"]);
  });
  it("lasts until the last of them ends", () => {
    expect(totalOf([span("a", null, 0, 5), span("b", "a", 4, 7), span("c", "a", 9, null)])).toBe(11);
    expect(totalOf([])).toBe(1);
  });
});

describe("previews", () => {
  it("are the text that was asked or answered, where there is a single one", () => {
    expect(previewText('{"question": "Where?", "k": 3}')).toBe("Where?");
    expect(previewText('"There."')).toBe("There.");
    expect(previewText('{"a": "x", "b": "y"}')).toBe('{"a": "x", "b": "y"}');
    expect(previewText('{"question": "Whe')).toBe('{"question": "Whe');
    expect(previewText("[1, 2]")).toBe("[1, 2]");
    const answer = '{"role": "assistant", "content": "There."}';
    expect(previewText(answer)).toBe("There.");
    expect(previewText(`{"model": "m", "messages": [{"role": "user", "content": "Where?"}, ${answer}]}`)).toBe(
      "There.",
    );
    expect(previewText(`{"id": "1", "object": "chat", "choices": [{"index": 0, "message": ${answer}}]}`)).toBe(
      "There.",
    );
    expect(previewText(null)).toBe("");
  });
});

describe("feedback", () => {
  it("is the latest of each name that nothing overrides", () => {
    const given = [feedback("b", 1), feedback("a", false), feedback("a", true), feedback("b", 2, false)];
    expect(latestFeedback(given).map(({ name, value }) => [name, value])).toEqual([
      ["a", true],
      ["b", 1],
    ]);
  });
  it("is written on one line", () => {
    const values = [true, false, 0.25, "good", ["a"], null];
    expect(values.map((value) => assessedText({ value, error: null }))).toEqual([
      "yes",
      "no",
      "0.25",
      "good",
      '["a"]',
      "null",
    ]);
    expect(assessedText({ value: null, error: "no judge" })).toBe("failed");
  });
});

describe("a table of traces", () => {
  it("is ordered by what traces have, else the newest first", () => {
    expect(traceOrder({ sort: "name", order: "asc" })).toEqual({ sort: "name", order: "asc" });
    expect(traceOrder({ sort: "metrics.loss", order: "asc" })).toEqual({ sort: "timestamp_ms", order: "desc" });
    expect(traceList({ filter: "status = 'OK'" }, { run: "r" })).toEqual({
      run: "r",
      filter: "status = 'OK'",
      order_by: ["timestamp_ms DESC"],
    });
  });
  it("completes filters with the names that its traces use", () => {
    const trace = { tags: { team: "a" }, metadata: { "mlflow.trace.user": "ada" }, assessments: [feedback("ok", 1)] };
    const fields = fieldsOf([trace as unknown as TraceSummary]);
    const names = fields.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["feedback.ok", "tags.team", "metadata.`mlflow.trace.user`"]));
    expect(fields).toContainEqual({ name: "feedback.ok", kind: "either" });
  });
  it("calls types of spans as people do", () => {
    expect(["CHAT_MODEL", "LLM", "myType", "UNKNOWN"].map(typeTitle)).toEqual(["Chat model", "LLM", "myType", null]);
  });
});
