/** What a filter is made of, as far as completing it needs to know; the server reads it for good. */
export interface Token {
  kind: "name" | "operator" | "text" | "number" | "open" | "close" | "comma";
  text: string;
  from: number;
  to: number;
}

const PATTERNS: [Token["kind"], RegExp][] = [
  ["text", /^'(?:[^']|'')*'?/],
  ["operator", /^(?:!=|<=|>=|=|<|>)/],
  ["open", /^\(/],
  ["close", /^\)/],
  ["comma", /^,/],
  ["number", /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/],
  // A field: words, bare or quoted, with dots between them; the last quote may be missing yet.
  ["name", /^(?:[\w\-/:]|\.|`[^`]*`?|"(?:[^"]|"")*"?)+/],
];

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const found = PATTERNS.map(([kind, pattern]) => ({ kind, match: pattern.exec(rest)?.[0] })).find(
      ({ match }) => match !== undefined,
    );
    const length = found?.match?.length ?? 1;
    if (found?.match) tokens.push({ kind: found.kind, text: found.match, from: at, to: at + length });
    at += length;
  }
  return tokens;
}

/** A key as it stands in a filter or an order: quoted where it has to be. */
export function keyText(key: string): string {
  if (/^\w[\w\-/:]*$/.test(key)) return key;
  return key.includes("`") ? `"${key.replaceAll('"', '""')}"` : `\`${key}\``;
}

/** A text as it stands in a filter. */
export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
