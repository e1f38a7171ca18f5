// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { RowsPage, Signature, StepTiming } from "@/api/types";
import { versionExamples } from "./code";
import { timelineRows } from "./timeline";
import { exampleRow, fieldsOf, readPrediction, rowToSend, valuesOf } from "./tryIt";

const at = (seconds: number) => new Date(seconds * 1_000).toISOString();
const step = (name: string, from: number, to: number | null): StepTiming => ({
  step: name as StepTiming["step"],
  started_at: at(from),
  ended_at: to === null ? null : at(to),
  duration_ms: to === null ? null : (to - from) * 1_000,
});

test("bars are placed over the whole time, and the current one grows with the clock", () => {
  const timeline = [step("Queued", 0, 10), step("Preprocessing", 10, 20), step("Training", 20, null)];
  const rows = timelineRows({ timeline, status: "Training", error: null }, 40_000);
  expect(rows.map(({ state }) => state)).toEqual(["done", "done", "current", "pending", "pending", "pending"]);
  expect(rows[2]).toMatchObject({ start: 50, width: 50, durationMs: 20_000 });
});

test("the step that failed is marked and those after it were not reached", () => {
  const timeline = [step("Queued", 0, 1), step("Preprocessing", 1, 4)];
  const error = { step: "Preprocessing" as const, code: "invalid_data", message: "…" };
  const rows = timelineRows({ timeline, status: "Failed", error }, 0);
  expect(rows.map(({ state }) => state).slice(0, 3)).toEqual(["done", "failed", "skipped"]);
});

test("the step in which it was canceled is marked, whatever came after", () => {
  const timeline = [step("Queued", 0, 1), step("Training", 1, 4), step("Canceling", 4, 5)];
  const rows = timelineRows({ timeline, status: "Canceled", error: null }, 0);
  expect(rows.map(({ state }) => state).slice(0, 3)).toEqual(["done", "skipped", "stopped"]);
});

test("a clock that is behind the server's never makes a bar negative", () => {
  const rows = timelineRows({ timeline: [step("Queued", 100, null)], status: "Queued", error: null }, 50_000);
  expect(rows[0]?.durationMs).toBe(0);
});

const signature: Signature = {
  inputs: [
    { name: "age", type: "double", required: true },
    { name: "city", type: "string", required: false },
    { name: "note", type: "string", required: false },
    { name: "member", type: "boolean", required: true },
  ],
  outputs: [],
};
const column = (name: string, feature_type: string) =>
  ({ name, data_type: "", feature_type }) as RowsPage["columns"][number];
const rows: RowsPage = {
  columns: [column("city", "category"), column("age", "number"), column("note", "text"), column("member", "binary")],
  rows: [
    ["Rome", 41, null, true],
    ["Oslo", 7.5, "x", false],
  ],
  offset: 0,
  total: 2,
};

test("the form has a control for each input, categories with the values at hand", () => {
  const fields = fieldsOf(signature, rows);
  expect(fields.map(({ control }) => control)).toEqual(["number", "choice", "text", "choice"]);
  expect(fields[1]?.choices).toEqual(["Oslo", "Rome"]);
  expect(valuesOf(fields, rows, 0)).toEqual({ age: "41", city: "Rome", note: "", member: "true" });
  expect(exampleRow(signature, rows, 1)).toEqual({ age: 7.5, city: "Oslo", note: "x", member: false });
});

test("what is sent has the types of the signature; empty means missing", () => {
  expect(rowToSend(signature, { age: "41.5", city: "", note: "hi", member: "TRUE" })).toEqual({
    age: 41.5,
    note: "hi",
    member: true,
  });
  expect(rowToSend(signature, {})).toEqual({ age: null, member: null });
});

test("an answer is read by its column names, most probable class first", () => {
  const row = { y_predictions: "b", y_probability: 0.7, y_probabilities_a: 0.3, y_probabilities_b: 0.7 };
  const prediction = readPrediction({ columns: Object.keys(row), rows: [row], duration_ms: 1 }, "y");
  expect(prediction).toEqual({
    value: "b",
    probability: 0.7,
    probabilities: [
      { label: "b", value: 0.7 },
      { label: "a", value: 0.3 },
    ],
  });
});

test("code examples carry the real names, quoted for their language", () => {
  const examples = versionExamples("team", { model: "iris", number: 3, signature }, { city: "L'Aquila" });
  expect(examples.map(({ label }) => label)).toEqual(["Python", "CLI", "curl", "MLflow"]);
  expect(examples[1]?.code).toContain("MODELYARD_PROJECT=team modelyard predict models:/iris/3 rows.csv");
  expect(examples[2]?.code).toContain(`{"city":"L'\\''Aquila"}`);
});
