import { expect, test } from "vitest";
import { tokensOf } from "@/lib/yaml";
import { diffOf, isSame } from "./diff";

const kinds = (line: string) => tokensOf(line).map(({ kind, text }) => [kind, text]);

test("a diff numbers both sides and folds what is far from a change", () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`).join("\n");
  const lines = diffOf(before, before.replace("line 10", "line ten"));
  expect(lines.map(({ kind }) => kind)).toEqual([
    "skipped",
    "same",
    "same",
    "same",
    "removed",
    "added",
    "same",
    "same",
    "same",
    "skipped",
  ]);
  expect(lines[0]?.text).toBe("7 equal lines");
  expect(lines[4]).toEqual({ kind: "removed", text: "line 10", before: 11, after: null });
  expect(lines[5]).toEqual({ kind: "added", text: "line ten", before: null, after: 11 });
  expect(isSame(lines)).toBe(false);
});

test("equal texts have no difference", () => {
  expect(isSame(diffOf("a: 1\nb: 2\n", "a: 1\nb: 2\n"))).toBe(true);
});

test("YAML is cut into keys, values and comments without losing a character", () => {
  expect(kinds("- name: age")).toEqual([
    ["mark", "- "],
    ["key", "name"],
    ["mark", ":"],
    ["text", " age"],
  ]);
  expect(kinds("  rate: 1e-3 # slow")).toEqual([
    ["mark", "  "],
    ["key", "rate"],
    ["mark", ":"],
    ["number", " 1e-3"],
    ["comment", " # slow"],
  ]);
  expect(kinds("early: false").at(-1)).toEqual(["word", " false"]);
  for (const line of ["", "  - 0.5", "'a b': \"x: y\"", "text: 'a # b", "url: http://x"]) {
    expect(
      tokensOf(line)
        .map(({ text }) => text)
        .join(""),
    ).toBe(line);
  }
});
