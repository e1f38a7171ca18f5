import { describe, expect, it } from "vitest";
import { completionsAt, type FilterField, insert } from "./complete";
import { keyText, tokensOf } from "./tokens";

const FIELDS: FilterField[] = [
  { name: "status", kind: "text", values: ["RUNNING", "FINISHED"] },
  { name: "metrics.loss", kind: "number" },
  { name: "metrics.`val loss`", kind: "number" },
  { name: "params.depth", kind: "text" },
  { name: "span.name", kind: "pattern" },
  { name: "feedback.ok", kind: "either" },
];
const at = (text: string) => completionsAt(text, text.length, FIELDS).options;

describe("completion of filters", () => {
  it("offers every field at the beginning, after a connective and in parentheses", () => {
    for (const text of ["", "metrics.loss < 1 AND ", "(", "NOT "]) expect(at(text)).toContain("params.depth");
  });
  it("finds a field by any part of its name, its beginning first", () => {
    expect(at("loss")).toEqual(["metrics.loss", "metrics.`val loss`"]);
    expect(at("metrics.val")).toEqual(["metrics.`val loss`"]);
    expect(at("metrics.`val lo")).toEqual(["metrics.`val loss`"]);
    expect(at("dep")).toEqual(["params.depth"]);
  });
  it("offers the operators that suit the field", () => {
    expect(at("metrics.loss ")).toContain("<=");
    expect(at("metrics.loss ")).not.toContain("LIKE");
    expect(at("params.depth ")).toContain("LIKE");
    expect(at("params.depth ")).not.toContain("RLIKE");
    expect(at("span.name ")).toEqual(expect.arrayContaining(["LIKE", "RLIKE"]));
    expect(at("feedback.ok ")).toEqual(expect.arrayContaining(["<=", "IN", "RLIKE"]));
    expect(at("params.depth NOT ")).toEqual(["IN"]);
    expect(at("params.depth I")).toContain("IS NULL");
  });
  it("offers values where they are known", () => {
    expect(at("status = ")).toEqual(["'RUNNING'", "'FINISHED'"]);
    expect(at("status = 'F")).toEqual(["'FINISHED'"]);
    expect(at("status IN ('RUNNING', ")).toEqual(["'RUNNING'", "'FINISHED'"]);
    expect(at("params.depth = ")).toEqual([]);
  });
  it("offers AND and OR after a comparison", () => {
    for (const text of ["metrics.loss < 0.5 ", "status = 'RUNNING' ", "params.depth IS NULL ", "status IN ('A') "]) {
      expect(at(text)).toEqual(["AND", "OR"]);
    }
  });
  it("takes the place of what was begun", () => {
    const text = "metrics.loss < 1 AND sta";
    expect(insert(text, completionsAt(text, text.length, FIELDS), "status")).toEqual({
      text: "metrics.loss < 1 AND status ",
      caret: text.length + 4,
    });
  });
});

describe("tokens of filters", () => {
  it("keeps quoted keys and texts whole", () => {
    const text = "tags.`my team` LIKE 'it''s' AND metrics.\"a b\" >= -1.5e3";
    expect(tokensOf(text).map((token) => token.text)).toEqual([
      "tags.`my team`",
      "LIKE",
      "'it''s'",
      "AND",
      'metrics."a b"',
      ">=",
      "-1.5e3",
    ]);
  });
  it("quotes keys that need it", () => {
    expect(["loss", "val/loss", "val loss", "a.b", "a`b"].map(keyText)).toEqual([
      "loss",
      "val/loss",
      "`val loss`",
      "`a.b`",
      '"a`b"',
    ]);
  });
});
