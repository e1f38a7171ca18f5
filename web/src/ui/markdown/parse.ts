/** A part of a line. */
export type Span =
  | { kind: "text" | "code" | "strong" | "em"; text: string }
  | { kind: "link"; text: string; href: string };

/** A part of a document. */
export type Block =
  | { kind: "heading"; level: number; spans: Span[] }
  | { kind: "paragraph" | "quote"; spans: Span[] }
  | { kind: "code"; text: string }
  | { kind: "list"; ordered: boolean; items: Span[][] }
  | { kind: "table"; head: Span[][]; rows: Span[][][] }
  | { kind: "rule" };

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const DIVIDER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** The Markdown that people write about models: no HTML, no images, so that nothing is fetched or run. */
export function parseMarkdown(text: string): Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  const takeWhile = (goesOn: (line: string) => boolean): string[] => {
    const from = at;
    while (at < lines.length && goesOn(lines[at] as string)) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at] as string;
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (line.trim() === "") at += 1;
    else if (/^\s*```/.test(line)) {
      at += 1;
      blocks.push({ kind: "code", text: takeWhile((next) => !/^\s*```/.test(next)).join("\n") });
      at += 1;
    } else if (heading) {
      blocks.push({ kind: "heading", level: heading[1]?.length ?? 1, spans: parseSpans(heading[2] ?? "") });
      at += 1;
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      blocks.push({ kind: "rule" });
      at += 1;
    } else if (ITEM.test(line)) blocks.push(listOf(takeWhile((next) => ITEM.test(next) || /^\s{2,}\S/.test(next))));
    else if (/^\s*>/.test(line)) {
      const quoted = takeWhile((next) => /^\s*>/.test(next)).map((next) => next.replace(/^\s*>\s?/, ""));
      blocks.push({ kind: "quote", spans: parseSpans(quoted.join(" ")) });
    } else if (line.includes("|") && DIVIDER.test(lines[at + 1] ?? "")) {
      const [head = "", , ...rows] = takeWhile((next) => next.includes("|"));
      blocks.push({ kind: "table", head: cellsOf(head), rows: rows.map(cellsOf) });
    } else {
      const first = lines[at] as string;
      at += 1;
      const others = takeWhile(
        (next) => next.trim() !== "" && !/^(#{1,6}\s|\s*```|\s*>)/.test(next) && !ITEM.test(next),
      );
      blocks.push({ kind: "paragraph", spans: parseSpans([first, ...others].map((each) => each.trim()).join(" ")) });
    }
  }
  return blocks;
}

function listOf(lines: string[]): Block {
  const items: string[] = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item) items.push(item[2] ?? "");
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  const ordered = ITEM.exec(lines[0] ?? "")?.[1] !== undefined;
  return { kind: "list", ordered, items: items.map(parseSpans) };
}

const cellsOf = (line: string): Span[][] =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((each) => parseSpans(each.trim()));

const SPAN = /`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|\*(?!\s)(.+?)\*|\b_(?!\s)(.+?)_\b|!?\[([^\]]*)\]\(([^)\s]+)[^)]*\)/;

export function parseSpans(text: string): Span[] {
  const spans: Span[] = [];
  let rest = text;
  for (let match = SPAN.exec(rest); match; match = SPAN.exec(rest)) {
    if (match.index > 0) spans.push({ kind: "text", text: rest.slice(0, match.index) });
    const [all, code, strong, bold, em, slanted, label, href] = match;
    if (code !== undefined) spans.push({ kind: "code", text: code });
    else if (strong !== undefined || bold !== undefined) spans.push({ kind: "strong", text: strong ?? bold ?? "" });
    else if (em !== undefined || slanted !== undefined) spans.push({ kind: "em", text: em ?? slanted ?? "" });
    // Only addresses that a browser opens as pages: a `javascript:` would run.
    else if (/^https?:\/\//i.test(href ?? ""))
      spans.push({ kind: "link", text: label || (href ?? ""), href: href ?? "" });
    else spans.push({ kind: "text", text: label || all });
    rest = rest.slice(match.index + all.length);
  }
  if (rest) spans.push({ kind: "text", text: rest });
  return spans;
}

/** Whether a text has anything that Markdown draws in another way than it is written. */
export function isMarkdown(text: string): boolean {
  const blocks = parseMarkdown(text);
  const isPlain = (block: Block) => block.kind === "paragraph" && block.spans.every(({ kind }) => kind === "text");
  return blocks.length > 1 || !blocks.every(isPlain);
}

/** The text of a document in one line, for where there is no more room. */
export function plainText(text: string): string {
  const ofSpans = (spans: Span[]) => spans.map((span) => span.text).join("");
  const ofBlock = (block: Block): string => {
    if (block.kind === "rule") return "";
    if (block.kind === "code") return block.text;
    if (block.kind === "list") return block.items.map(ofSpans).join(", ");
    if (block.kind === "table") return [block.head, ...block.rows].map((row) => row.map(ofSpans).join(" ")).join(", ");
    return ofSpans(block.spans);
  };
  return parseMarkdown(text).map(ofBlock).filter(Boolean).join(" · ").replace(/\s+/g, " ");
}
