export type TokenKind = "key" | "text" | "number" | "word" | "comment" | "mark";

export interface Token {
  kind: TokenKind | null;
  text: string;
}

const KEY = /^(\s*(?:-\s+)*)((?:"[^"]*"|'[^']*'|[^\s#:"'{}[\],&*-][^#:]*?))(:)(?=\s|$)/;
const NUMBER = /^[-+]?(?:\d[\d_]*\.?\d*(?:e[-+]?\d+)?|\.(?:inf|nan))$/i;
const WORD = /^(?:true|false|null|~|yes|no)$/i;

/** One line of block-style YAML cut into pieces to color; the pieces put together are the line. */
export function tokensOf(line: string): Token[] {
  const tokens: Token[] = [];
  let rest = line;
  const key = KEY.exec(line);
  if (key) {
    const [whole, indent = "", name = "", colon = ""] = key;
    tokens.push({ kind: "mark", text: indent }, { kind: "key", text: name }, { kind: "mark", text: colon });
    rest = line.slice(whole.length);
  } else {
    const dash = /^(\s*(?:-\s+)+)/.exec(line)?.[0] ?? "";
    tokens.push({ kind: "mark", text: dash });
    rest = line.slice(dash.length);
  }
  const comment = /(?:^|\s)#.*$/.exec(rest);
  const value = comment ? rest.slice(0, comment.index) : rest;
  tokens.push({ kind: kindOf(value.trim()), text: value });
  if (comment) tokens.push({ kind: "comment", text: comment[0] });
  return tokens.filter(({ text }) => text !== "");
}

function kindOf(value: string): TokenKind | null {
  if (value === "") return null;
  if (NUMBER.test(value)) return "number";
  if (WORD.test(value)) return "word";
  return "text";
}
