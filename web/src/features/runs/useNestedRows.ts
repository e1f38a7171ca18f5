import { useQueries } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { type RunListParams, someRunsQuery } from "@/api/runs";
import type { RunSummary } from "@/api/types";
import { quoted } from "@/ui/filter/tokens";
import { PARENT } from "./search";

/** Rows with those nested in the open ones below them, and how deep each is. */
export function useNestedRows(project: string, roots: RunSummary[], open: string[], list: RunListParams) {
  const children = useQueries({
    queries: open.map((id) => someRunsQuery(project, { ...list, filter: `${PARENT} = ${quoted(id)}` })),
    combine: useCallback(
      (results: { data: RunSummary[] | undefined }[]) =>
        new Map(results.map(({ data }, index) => [open[index] as string, data ?? NONE])),
      [open],
    ),
  });
  return useMemo(() => nest(roots, children), [roots, children]);
}

const NONE: RunSummary[] = [];

interface Nested {
  rows: RunSummary[];
  depths: Map<string, number>;
}

export function nest(roots: RunSummary[], children: Map<string, RunSummary[]>): Nested {
  const depths = new Map<string, number>();
  if (children.size === 0) return { rows: roots, depths };
  const rows: RunSummary[] = [];
  const added = new Set<string>();
  const add = (run: RunSummary, depth: number) => {
    // A run that is its own ancestor would be shown for ever.
    if (added.has(run.id)) return;
    added.add(run.id);
    rows.push(run);
    if (depth > 0) depths.set(run.id, depth);
    for (const child of children.get(run.id) ?? NONE) add(child, depth + 1);
  };
  for (const run of roots) add(run, 0);
  return { rows, depths };
}
