import type { Span } from "@/api/types";

/** A span as a row of the tree. */
export interface SpanRow {
  span: Span;
  /** From 1, as assistive technology counts. */
  level: number;
  /** Its place among the spans of the same parent, from 1, and how many they are. */
  place: number;
  siblings: number;
  children: number;
}

/** Spans as the rows of a tree, parents before what they did; what is within a closed one is left out. */
export function rowsOf(spans: Span[], closed: ReadonlySet<string>): SpanRow[] {
  const children = childrenOf(spans);
  const rows: SpanRow[] = [];
  const seen = new Set<string>();
  const add = (siblings: Span[], level: number, shown: boolean) => {
    siblings.forEach((span, index) => {
      if (seen.has(span.id)) return;
      seen.add(span.id);
      const below = children.get(span.id) ?? [];
      if (shown) rows.push({ span, level, place: index + 1, siblings: siblings.length, children: below.length });
      add(below, level + 1, shown && !closed.has(span.id));
    });
  };
  add(children.get(null) ?? [], 1, true);
  // Spans that are their own ancestors hang on nothing.
  add(
    spans.filter(({ id }) => !seen.has(id)),
    1,
    true,
  );
  return rows;
}

/** By parent; null has those whose parent is not among the spans. */
function childrenOf(spans: Span[]): Map<string | null, Span[]> {
  const known = new Set(spans.map(({ id }) => id));
  const children = new Map<string | null, Span[]>();
  for (const span of spans) {
    const parent = span.parent_id !== null && known.has(span.parent_id) ? span.parent_id : null;
    const siblings = children.get(parent);
    if (siblings) siblings.push(span);
    else children.set(parent, [span]);
  }
  return children;
}

/** How long all of the spans took together, at least a nanosecond. */
export const totalOf = (spans: Span[]) =>
  spans.reduce((most, { offset_ns, duration_ns }) => Math.max(most, offset_ns + (duration_ns ?? 0)), 1);
