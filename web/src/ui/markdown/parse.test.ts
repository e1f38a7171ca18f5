import { describe, expect, it } from "vitest";
import { isMarkdown, parseMarkdown, parseSpans, plainText } from "./parse";

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

it("a text in one line keeps its words and loses its marks", () => {
  const text = "# Flowers\n\nTells **species** apart, see [docs](https://example.org).\n\n- fast\n- small";
  expect(plainText(text)).toBe("Flowers · Tells species apart, see docs. · fast, small");
  expect(plainText("a_b * c")).toBe("a_b * c");
  expect([text, "**bold**", "two lines\nof one text", "a_b * c", ""].map(isMarkdown)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
