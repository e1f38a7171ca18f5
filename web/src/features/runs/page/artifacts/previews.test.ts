import { describe, expect, it } from "vitest";
import { foldersOf, kindOf, nameOf } from "./kinds";
import { delimitedTable, jsonTable, parseDelimited } from "./tables";

describe("kinds of files", () => {
  it("are known by their endings", () => {
    const kinds = [
      "plots/roc.PNG",
      "README.md",
      "a/b.csv",
      "t.tsv",
      "eval.json",
      "model/MLmodel",
      "x.pkl",
      "conda.yaml",
    ];
    expect(kinds.map(kindOf)).toEqual(["image", "markdown", "table", "table", "json", "text", "none", "text"]);
  });
  it("gives the folders of a path", () => {
    expect(foldersOf("a/b/c.txt")).toEqual(["a", "a/b"]);
    expect(foldersOf("c.txt")).toEqual([]);
    expect(nameOf("a/b/c.txt")).toBe("c.txt");
  });
});

describe("tables", () => {
  it("reads quotes, doubled quotes, separators and line breaks in fields", () => {
    expect(parseDelimited('a,b\r\n"1, 2","say ""hi""\nthere"\n\n,x\n', ",")).toEqual([
      ["a", "b"],
      ["1, 2", 'say "hi"\nthere'],
      ["", "x"],
    ]);
  });
  it("takes tabs in a TSV and leaves out the half record of a text that was cut", () => {
    expect(delimitedTable("a\tb\n1\t2\n3", "t.tsv", true)).toEqual({ columns: ["a", "b"], rows: [["1", "2"]] });
    expect(delimitedTable("a,b\n1,2", "t.csv", false)).toEqual({ columns: ["a", "b"], rows: [["1", "2"]] });
  });
  it("finds the table in JSON, where there is one", () => {
    expect(jsonTable([{ a: 1 }, { a: null, b: { c: 2 } }])).toEqual({
      columns: ["a", "b"],
      rows: [
        ["1", ""],
        ["", '{"c":2}'],
      ],
    });
    expect(jsonTable({ columns: ["x"], data: [[1], ["y"]] })).toEqual({ columns: ["x"], rows: [["1"], ["y"]] });
    for (const other of [{ a: 1 }, [], [1, 2], { columns: ["x"], data: [1] }, null])
      expect(jsonTable(other)).toBeNull();
  });
});
