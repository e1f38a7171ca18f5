import { expect, it } from "vitest";
import { show } from "@/testing/render";
import { Markdown } from "./Markdown";

async function draw(text: string) {
  const { findByRole } = await show(
    <article>
      <Markdown text={text} />
    </article>,
  );
  return findByRole("article");
}

it("draws the parts of a model card", async () => {
  const card = await draw(
    "# Card\n\nTwo lines\nof *text*, **bold**, ~~gone~~ and `a<b`.\n\n- one\n  - inner\n- [x] two\n\n3. third\n\n" +
      "> said\n\n```py\nx = 1\n```\n\n---\n\n| a | b |\n|---|--:|\n| 1 | 2 |",
  );
  expect(card.querySelector("h3")?.textContent).toBe("Card");
  expect([...card.querySelectorAll("em, strong, del, p code")].map((it) => it.textContent)).toEqual([
    "text",
    "bold",
    "gone",
    "a<b",
  ]);
  expect(card.querySelector("ul ul li")?.textContent).toBe("inner");
  expect(card.textContent).toContain("☑ two");
  expect(card.querySelector("ol")?.getAttribute("start")).toBe("3");
  expect(card.querySelector("blockquote")?.textContent).toBe("said");
  expect(card.querySelector("pre code")?.textContent).toBe("x = 1");
  expect(card.querySelector("hr")).not.toBeNull();
  expect([...card.querySelectorAll("th, td")].map((it) => it.textContent)).toEqual(["a", "b", "1", "2"]);
  expect(card.querySelector("td:last-child")?.getAttribute("style")).toContain("right");
});

it("opens links of the web apart, and tells the other page nothing", async () => {
  const card = await draw("[paper](https://example.org/a?b=c&d) and https://example.com");
  const links = [...card.querySelectorAll("a")];
  expect(links.map((link) => link.getAttribute("href"))).toEqual([
    "https://example.org/a?b=c&d",
    "https://example.com",
  ]);
  for (const link of links) {
    expect(link.getAttribute("target")).toBe("_blank");
    expect(link.getAttribute("rel")).toBe("noreferrer");
  }
});

it.each([
  "<script>alert(1)</script>",
  "text <script>alert(1)</script> text",
  '<img src=x onerror="alert(1)">',
  '<div onclick="alert(1)"><b>x</b></div>',
  "<iframe src=https://example.org></iframe>",
  "<style>body{display:none}</style>",
  "<svg onload=alert(1)>",
  "- <a href='javascript:alert(1)'>x</a>",
  "| <img src=x> |\n|---|\n| <script>x</script> |",
])("shows HTML as text: %s", async (text) => {
  const card = await draw(text);
  expect(
    card.querySelectorAll("script, img, iframe, style, svg, a, div div, b, [onclick], [onerror], [onload]"),
  ).toHaveLength(0);
  expect(card.textContent).toContain("<");
});

it.each([
  "[x](javascript:alert(1))",
  "[x](JAVASCRIPT:alert(1))",
  "[x](<java\tscript:alert(1)>)",
  "[x](&#106;avascript:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x][a]\n\n[a]: javascript:alert(1)",
  "<javascript:alert(1)>",
  "![x](javascript:alert(1))",
])("makes no link of what would run: %s", async (text) => {
  expect((await draw(text)).querySelectorAll("a, img")).toHaveLength(0);
});

it("fetches no image: of the web it is a link, else its text", async () => {
  const card = await draw("![curve](https://example.org/a.png) ![](https://example.org/b.png) ![here](plots/c.png)");
  expect(card.querySelector("img")).toBeNull();
  expect([...card.querySelectorAll("a")].map((link) => [link.textContent, link.getAttribute("href")])).toEqual([
    ["curve", "https://example.org/a.png"],
    ["https://example.org/b.png", "https://example.org/b.png"],
  ]);
  expect(card.textContent).toContain("here");
});
