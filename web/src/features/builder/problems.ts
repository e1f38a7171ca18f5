import { type Document, isNode } from "yaml";
import type { Problem } from "@/api/types";
import type { Path } from "./draft";

/** `input_features[2].type` -> `["input_features", 2, "type"]`. */
export function parsePath(path: string): Path {
  return [...path.matchAll(/\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]|([^.[\]]+)/g)].map(
    ([, index, single, double, key]) => (index === undefined ? (single ?? double ?? key ?? "") : Number(index)),
  );
}

export function showPath(path: Path): string {
  return path.map((part, index) => (typeof part === "number" ? `[${part}]` : index === 0 ? part : `.${part}`)).join("");
}

/** The problems of exactly this value. */
export function problemsAt(problems: Problem[], path: Path): string | null {
  const place = showPath(path);
  const matching = problems.filter((problem) => problem.path === place);
  return matching.length > 0 ? matching.map(describe).join(" ") : null;
}

/** The problems of this value and everything in it. */
export function problemsWithin(problems: Problem[], path: Path): Problem[] {
  const place = showPath(path);
  return problems.filter(({ path: at }) => at === place || at.startsWith(`${place}.`) || at.startsWith(`${place}[`));
}

export const describe = ({ message, suggestion }: Problem) => (suggestion ? `${message} ${suggestion}` : message);

export interface Mark {
  from: number;
  to: number;
  message: string;
}

/** Where problems stand in the text, for the gutter of the editor. */
export function marksOf(document: Document, text: string, problems: Problem[]): Mark[] {
  if (document.errors.length > 0) {
    return document.errors.map((error) => ({
      from: Math.min(error.pos[0], text.length),
      to: Math.min(Math.max(error.pos[1], error.pos[0] + 1), text.length),
      message: error.message.split("\n")[0] ?? error.message,
    }));
  }
  return problems.map((problem) => {
    const line = /^line (\d+)/.exec(problem.path)?.[1];
    if (line) return { ...lineRange(text, Number(line)), message: describe(problem) };
    const [from, to] = rangeOf(document, parsePath(problem.path), text);
    return { from, to, message: describe(problem) };
  });
}

/** The place of a path in the text; of its nearest parent that is there, if it is not. */
function rangeOf(document: Document, path: Path, text: string): [number, number] {
  for (let length = path.length; length > 0; length--) {
    const prefix = path.slice(0, length);
    const node = document.getIn(prefix, true);
    if (!isNode(node) || !node.range) continue;
    const end = text.indexOf("\n", node.range[0]);
    const line = end < 0 ? text.length : end;
    return [node.range[0], Math.max(node.range[0], Math.min(node.range[1], line))];
  }
  const end = text.indexOf("\n");
  return [0, end < 0 ? text.length : end];
}

function lineRange(text: string, line: number): { from: number; to: number } {
  const lines = text.split("\n");
  const from = lines.slice(0, line - 1).reduce((sum, before) => sum + before.length + 1, 0);
  return { from, to: from + (lines[line - 1]?.length ?? 0) };
}
