import { lexer, type Token, type Tokens } from "marked";

/** What the library reads; its general token, for extensions, would take away what is known of the others. */
export type Part =
  | Tokens.Blockquote
  | Tokens.Br
  | Tokens.Checkbox
  | Tokens.Code
  | Tokens.Codespan
  | Tokens.Def
  | Tokens.Del
  | Tokens.Em
  | Tokens.Escape
  | Tokens.Heading
  | Tokens.Hr
  | Tokens.HTML
  | Tokens.Image
  | Tokens.Link
  | Tokens.List
  | Tokens.Paragraph
  | Tokens.Space
  | Tokens.Strong
  | Tokens.Table
  | Tokens.Tag
  | Tokens.Text;

/** Longer texts, and those that nest deeper than the library can follow, are shown as they are written. */
const MAX_LENGTH = 100_000;

/** The parts of a Markdown text, in the dialect of GitHub. */
export function readMarkdown(text: string): Part[] {
  if (text.length <= MAX_LENGTH) {
    try {
      return lexer(text) as Part[];
    } catch {
      // Below.
    }
  }
  return [{ type: "text", raw: text, text, escaped: true }];
}

/** The address of a link if a browser opens it as a page or a letter: a `javascript:` would run. */
export function safeHref(href: string): string | null {
  try {
    const { protocol } = new URL(href);
    return ["https:", "http:", "mailto:"].includes(protocol) ? href : null;
  } catch {
    return null;
  }
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** The text with its character references resolved, which the library leaves to HTML. */
export function resolved(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi, (all, decimal, hex, name) => {
    if (name) return NAMED[name.toLowerCase()] ?? all;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** Whether a text has anything that Markdown draws in another way than it is written. */
export function isMarkdown(text: string): boolean {
  const parts = readMarkdown(text);
  const isPlain = (part: Part): boolean =>
    part.type === "text" || (part.type === "paragraph" && (part.tokens as Part[]).every(isPlain));
  return parts.length > 1 || !parts.every(isPlain);
}

/** The text of a document in one line, for where there is no more room. */
export function plainText(text: string): string {
  return readMarkdown(text).map(textOf).filter(Boolean).join(" · ").replace(/\s+/g, " ");
}

function textOf(part: Part): string {
  switch (part.type) {
    case "list":
      return part.items.map(({ tokens }: Tokens.ListItem) => joined(tokens)).join(", ");
    case "table":
      return [part.header, ...part.rows]
        .map((row: Tokens.TableCell[]) => row.map(({ tokens }) => joined(tokens)).join(" "))
        .join(", ");
    case "space":
    case "hr":
    case "def":
    case "checkbox":
      return "";
    case "br":
      return " ";
    case "text":
      return part.tokens ? joined(part.tokens) : part.escaped ? part.text : resolved(part.text);
    default:
      return "tokens" in part && part.tokens ? joined(part.tokens) : part.text;
  }
}

const joined = (tokens: Token[]): string => (tokens as Part[]).map(textOf).join("");
