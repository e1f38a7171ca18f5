import { expect, it } from "vitest";
import { isMarkdown, plainText, readMarkdown, resolved, safeHref } from "./read";

it("a text in one line keeps its words and loses its marks", () => {
  const text = "# Flowers\n\nTells **species** apart, see [docs](https://example.org).\n\n- fast\n- small";
  expect(plainText(text)).toBe("Flowers · Tells species apart, see docs. · fast, small");
  expect(plainText("a_b * c")).toBe("a_b * c");
  expect(plainText("| a | b |\n|---|---|\n| 1 | `2` |\n\n---\n\n> said &amp; done\n\n<b>x</b>")).toBe(
    "a b, 1 2 · said & done · <b>x</b>",
  );
  expect([text, "**bold**", "two lines\nof one text", "a_b * c", ""].map(isMarkdown)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

it("only addresses that open a page or a letter are links", () => {
  for (const href of ["https://a.b/c?d=e", "HTTP://a.b", "mailto:ada@example.org"]) expect(safeHref(href)).toBe(href);
  for (const href of [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://a.b/c",
    "file:///etc/passwd",
    "//a.b/c",
    "docs/a.md",
    "",
  ])
    expect(safeHref(href), href).toBeNull();
});

it("character references are resolved, once, and what is none stays", () => {
  expect(resolved("&lt;b&gt; &amp;lt; &#65;&#x42; &nope; & &#0; &#x110000;")).toBe(
    "<b> &lt; AB &nope; & &#0; &#x110000;",
  );
});

it("a text that nests without end is shown as it is written", () => {
  const deep = "> ".repeat(40_000);
  expect(() => readMarkdown(deep)).not.toThrow();
  const long = "*a*\n".repeat(200_000);
  expect(readMarkdown(long)).toEqual([{ type: "text", raw: long, text: long, escaped: true }]);
});
