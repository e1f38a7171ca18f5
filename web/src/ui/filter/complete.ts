import { type Token, tokensOf } from "./tokens";

export interface FilterField {
  /** As it stands in a filter, e.g. `metrics.loss`. */
  name: string;
  /** `pattern` is text that regular expressions may be asked of too, `either` that and a number. */
  kind: keyof typeof OPERATORS;
  /** All there can be, e.g. of a status. */
  values?: string[];
}

export interface Completions {
  /** The part of the text that an option takes the place of. */
  from: number;
  to: number;
  options: string[];
}

const MAX_SUGGESTIONS = 60;
const NULLS = ["IS NULL", "IS NOT NULL"];
const TEXT = ["LIKE", "ILIKE", "IN", "NOT IN"];
const ORDER = ["<", "<=", ">", ">="];
const OPERATORS = {
  number: [...ORDER, "=", "!=", ...NULLS],
  text: ["=", "!=", ...TEXT, ...NULLS],
  pattern: ["=", "!=", ...TEXT, "RLIKE", ...NULLS],
  either: ["=", "!=", ...ORDER, ...TEXT, "RLIKE", ...NULLS],
};
const CONNECTIVES = ["AND", "OR"];

type Expected = "term" | "operator" | "value" | "list" | "connective" | "null" | "in";

interface State {
  expected: Expected;
  /** The field that a comparison is about. */
  field: string;
}

/** What may stand where the caret is: fields, then an operator that suits the field, its values, AND or OR. */
export function completionsAt(text: string, caret: number, fields: FilterField[]): Completions {
  const before = tokensOf(text.slice(0, caret));
  const last = before.at(-1);
  const touching = last && last.to === caret && isUnfinished(last) ? last : null;
  const { expected, field } = stateAfter(touching ? before.slice(0, -1) : before);
  const about = fields.find(({ name }) => name.toLowerCase() === field.toLowerCase());
  const choices: Record<Expected, string[]> = {
    term: [...fields.map(({ name }) => name), "NOT"],
    operator: OPERATORS[about?.kind ?? "text"],
    value: (about?.values ?? []).map((value) => `'${value}'`),
    list: ["("],
    connective: CONNECTIVES,
    null: ["NULL", "NOT NULL"],
    in: ["IN"],
  };
  const typed = touching?.text ?? "";
  // A word that is typed to its end is not offered again.
  const options = matching(choices[expected], typed).filter((option) => option !== typed);
  return { from: touching?.from ?? caret, to: caret, options: options.slice(0, MAX_SUGGESTIONS) };
}

const isUnfinished = ({ kind, text }: Token) =>
  kind === "name" || kind === "operator" || (kind === "text" && (text.length === 1 || !text.endsWith("'")));

/** Those that contain what is typed: at their beginning, then at the beginning of the key, then anywhere. */
function matching(choices: string[], typed: string): string[] {
  const wanted = plain(typed);
  const rank = (choice: string) => {
    const at = plain(choice).indexOf(wanted);
    return at <= 0 ? at : plain(choice)[at - 1] === "." ? 1 : 2;
  };
  return choices
    .map((choice) => ({ choice, rank: rank(choice) }))
    .filter((item) => item.rank >= 0)
    .sort((a, b) => a.rank - b.rank)
    .map(({ choice }) => choice);
}

const plain = (text: string) => text.toLowerCase().replace(/[`"']/g, "");

function stateAfter(tokens: Token[]): State {
  const state: State = { expected: "term", field: "" };
  let inList = false;
  for (const { kind, text } of tokens) {
    const word = kind === "name" ? text.toUpperCase() : "";
    if (kind === "open") {
      if (state.expected === "list") {
        inList = true;
        state.expected = "value";
      } else state.expected = "term";
    } else if (kind === "comma") state.expected = "value";
    else if (kind === "close") {
      inList = false;
      state.expected = "connective";
    } else if (state.expected === "term") {
      if (word !== "NOT") {
        state.field = text;
        state.expected = "operator";
      }
    } else if (state.expected === "operator" || state.expected === "in") {
      if (word === "NOT") state.expected = "in";
      else if (word === "IS") state.expected = "null";
      else state.expected = word === "IN" ? "list" : "value";
    } else if (state.expected === "null") state.expected = word === "NOT" ? "null" : "connective";
    else if (state.expected === "value") state.expected = inList ? "value" : "connective";
    else if (word === "AND" || word === "OR") state.expected = "term";
  }
  return state;
}

/** The text with an option in place, and where the caret is then. */
export function insert(text: string, { from, to }: Completions, option: string): { text: string; caret: number } {
  const tail = text.slice(to);
  const space = tail.startsWith(" ") ? "" : " ";
  return { text: text.slice(0, from) + option + space + tail, caret: from + option.length + 1 };
}
