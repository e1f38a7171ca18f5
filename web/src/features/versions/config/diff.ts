import { diffLines } from "diff";

export interface DiffLine {
  kind: "same" | "added" | "removed" | "skipped";
  text: string;
  before: number | null;
  after: number | null;
}

const CONTEXT = 3;

/** Two texts line by line; long stretches that are the same are folded into one `skipped` line that says how many. */
export function diffOf(before: string, after: string): DiffLine[] {
  let left = 0;
  let right = 0;
  const lines = diffLines(before, after).flatMap((part) =>
    part.value
      .replace(/\n$/, "")
      .split("\n")
      .map((text): DiffLine => {
        if (part.added) return { kind: "added", text, before: null, after: ++right };
        if (part.removed) return { kind: "removed", text, before: ++left, after: null };
        return { kind: "same", text, before: ++left, after: ++right };
      }),
  );
  return fold(lines);
}

export const isSame = (lines: DiffLine[]) => lines.every(({ kind }) => kind === "same" || kind === "skipped");

function fold(lines: DiffLine[]): DiffLine[] {
  const near = new Set<number>();
  lines.forEach((line, index) => {
    if (line.kind === "same") return;
    for (let other = index - CONTEXT; other <= index + CONTEXT; other++) near.add(other);
  });
  const folded: DiffLine[] = [];
  let hidden = 0;
  const flush = () => {
    if (hidden > 0)
      folded.push({
        kind: "skipped",
        text: `${hidden} equal ${hidden === 1 ? "line" : "lines"}`,
        before: null,
        after: null,
      });
    hidden = 0;
  };
  lines.forEach((line, index) => {
    if (line.kind === "same" && !near.has(index)) {
      hidden += 1;
      return;
    }
    flush();
    folded.push(line);
  });
  flush();
  return folded;
}
