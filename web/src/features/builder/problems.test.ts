import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { marksOf, parsePath, problemsAt, problemsWithin, showPath } from "./problems";

const problem = (path: string, message = "is wrong", suggestion: string | null = null) => ({
  path,
  message,
  suggestion,
});

describe("paths", () => {
  it.each([
    ["input_features[2].type", ["input_features", 2, "type"]],
    ["trainer.learning_rate", ["trainer", "learning_rate"]],
    ["", []],
  ])("reads and writes %j", (text, path) => {
    expect(parsePath(text)).toEqual(path);
    expect(showPath(path)).toBe(text);
  });
});

describe("problems", () => {
  const problems = [
    problem("input_features[1].type"),
    problem("input_features[10].name"),
    problem("trainer.x", "no", "y?"),
  ];

  it("are found at a value and within it", () => {
    expect(problemsAt(problems, ["trainer", "x"])).toBe("no y?");
    expect(problemsAt(problems, ["trainer"])).toBeNull();
    expect(problemsWithin(problems, ["input_features", 1])).toEqual([problems[0]]);
  });

  it("are marked where they stand in the text, or where their parent does", () => {
    const text = "model_type: gbm\ntrainer:\n  x: 1\n";
    const marked = marksOf(parseDocument(text), text, [
      problem("trainer.x"),
      problem("trainer.missing"),
      problem("nowhere"),
    ]);
    expect(marked.map(({ from, to }) => text.slice(from, to))).toEqual(["1", "x: 1", "model_type: gbm"]);
  });

  it("of the syntax come from the editor's own reading", () => {
    const text = "a: [1\n";
    expect(marksOf(parseDocument(text), text, [problem("line 1, column 1")])[0]?.message).toMatch(/Flow sequence/);
  });
});
