import type { DiffLine } from "@/api/types";

const CONTEXT = 3;

export type Row = DiffLine | { kind: "skipped"; count: number };

/** The rows with three around each change; the others only counted. */
export function foldRows(rows: DiffLine[]): Row[] {
  const near = new Array<boolean>(rows.length).fill(false);
  rows.forEach(({ kind }, index) => {
    if (kind !== "same") near.fill(true, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  });
  const folded: Row[] = [];
  rows.forEach((row, index) => {
    const last = folded.at(-1);
    if (near[index]) folded.push(row);
    else if (last?.kind === "skipped") last.count += 1;
    else folded.push({ kind: "skipped", count: 1 });
  });
  return folded;
}

export interface UnifiedRow {
  sign: "+" | "−" | " ";
  text: string;
  before: number | null;
  after: number | null;
}

/** One under the other: of a changed row first what was removed, then what was added. */
export function unify(rows: Row[]): (UnifiedRow | { kind: "skipped"; count: number })[] {
  const unified: (UnifiedRow | { kind: "skipped"; count: number })[] = [];
  let added: UnifiedRow[] = [];
  const flush = () => {
    unified.push(...added);
    added = [];
  };
  for (const row of rows) {
    if (row.kind === "same" || row.kind === "skipped") flush();
    if (row.kind === "skipped") {
      unified.push(row);
      continue;
    }
    const [before, after] = [row.before_number ?? null, row.after_number ?? null];
    if (row.kind === "same") {
      unified.push({ sign: " ", text: row.after ?? "", before, after });
      continue;
    }
    if (row.kind !== "added") unified.push({ sign: "−", text: row.before ?? "", before, after: null });
    if (row.kind !== "removed") added.push({ sign: "+", text: row.after ?? "", before: null, after });
  }
  flush();
  return unified;
}
