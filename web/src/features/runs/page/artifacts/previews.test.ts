import { describe, expect, it } from "vitest";
import { foldersOf, kindOf, nameOf } from "./kinds";
import { parseMarkdown, parseSpans } from "./markdown";
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

describe("Markdown", () => {
  it("reads the blocks of a model card", () => {
    const blocks = parseMarkdown(
      "# Card #\n\nTwo lines\nof text\n\n- one\n  more\n- two\n\n1. first\n\n> said\n\n```py\nx = 1\n```\n---\n| a | b |\n|---|:-:|\n| 1 | 2 |",
    );
    expect(blocks.map(({ kind }) => kind)).toEqual([
      "heading",
      "paragraph",
      "list",
      "list",
      "quote",
      "code",
      "rule",
      "table",
    ]);
    expect(blocks[1]).toEqual({ kind: "paragraph", spans: [{ kind: "text", text: "Two lines of text" }] });
    expect(blocks[2]).toMatchObject({ ordered: false, items: [[{ text: "one more" }], [{ text: "two" }]] });
    expect(blocks[3]).toMatchObject({ ordered: true });
    expect(blocks[5]).toEqual({ kind: "code", text: "x = 1" });
    expect(blocks[7]).toMatchObject({
      head: [[{ text: "a" }], [{ text: "b" }]],
      rows: [[[{ text: "1" }], [{ text: "2" }]]],
    });
  });
  it("reads code, emphasis and links of the web, and nothing that runs", () => {
    expect(parseSpans("a `b*c*` **d** _e_ [f](https://g.h) [i](javascript:alert(1))")).toEqual([
      { kind: "text", text: "a " },
      { kind: "code", text: "b*c*" },
      { kind: "text", text: " " },
      { kind: "strong", text: "d" },
      { kind: "text", text: " " },
      { kind: "em", text: "e" },
      { kind: "text", text: " " },
      { kind: "link", text: "f", href: "https://g.h" },
      { kind: "text", text: " " },
      { kind: "text", text: "i" },
      { kind: "text", text: ")" },
    ]);
    expect(parseSpans("snake_case_name * 2")).toEqual([{ kind: "text", text: "snake_case_name * 2" }]);
  });
  it("ends with a code block that is never closed", () => {
    expect(parseMarkdown("```\nx")).toEqual([{ kind: "code", text: "x" }]);
  });
});
