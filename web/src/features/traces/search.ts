import type { TraceListParams, TracesOf } from "@/api/traces";
import { oneOf, optional, type RawSearch, text, texts } from "@/lib/search";

const SORTS = ["name", "status", "timestamp_ms", "execution_time_ms"] as const;
export type TraceSort = (typeof SORTS)[number];

/** How a table of traces is looked at. */
export const traceTableSearch = (raw: RawSearch) => ({
  filter: text(raw.filter),
  sort: text(raw.sort),
  order: oneOf(raw.order, ["asc", "desc"]),
  columns: texts(raw.columns),
  /** The ids of the selected traces. */
  selected: texts(raw.selected),
});
export type TraceTableSearch = Partial<ReturnType<typeof traceTableSearch>>;

/** The order of a table; the newest first unless the address says otherwise, or names what only tables of runs know. */
export function traceOrder({ sort, order = "desc" }: TraceTableSearch): { sort: TraceSort; order: "asc" | "desc" } {
  const known = oneOf(sort, SORTS);
  return known ? { sort: known, order } : { sort: "timestamp_ms", order: "desc" };
}

/** What the list of traces is asked for. */
export function traceList(search: TraceTableSearch, of: TracesOf): TraceListParams {
  const { sort, order } = traceOrder(search);
  return { ...of, filter: search.filter, order_by: [`${sort} ${order.toUpperCase()}`] };
}

export const SPAN_PARTS = ["attributes", "events"] as const;

export const traceSearch = (raw: RawSearch) =>
  optional({
    /** The id of the span that is shown. */
    span: text(raw.span),
    part: oneOf(raw.part, SPAN_PARTS),
    /** The ids of the spans whose steps are hidden. */
    closed: texts(raw.closed),
  });
