import type { RunListParams } from "@/api/runs";
import { flag, oneOf, optional, type RawSearch, tabOf, text, texts } from "@/lib/search";
import { keyText } from "@/ui/filter/tokens";
import { runChartSearch } from "./charts/search";

/** How a table of runs is looked at. */
const tableSearch = (raw: RawSearch) => ({
  filter: text(raw.filter),
  state: oneOf(raw.state, ["deleted"]),
  /** A field in the filter grammar, its key as it is: `metrics.val loss`. */
  sort: text(raw.sort),
  order: oneOf(raw.order, ["asc", "desc"]),
  columns: texts(raw.columns),
  /** Runs nested in others stand for themselves. */
  flat: flag(raw.flat),
  /** The ids of the runs whose nested runs are shown. */
  open: texts(raw.open),
  /** The ids of the selected runs. */
  selected: texts(raw.selected),
  ...runChartSearch(raw),
});

export type RunTableSearch = Partial<ReturnType<typeof tableSearch>>;

export const EXPERIMENT_TABS = ["traces", "datasets"] as const;

export const experimentSearch = (raw: RawSearch) =>
  optional({
    ...tableSearch(raw),
    tab: tabOf(raw.tab, "runs", EXPERIMENT_TABS),
    /** Looked for in the names of evaluation datasets. */
    q: text(raw.q),
  });
export type ExperimentSearch = ReturnType<typeof experimentSearch>;

export const runsSearch = (raw: RawSearch) => optional({ ...tableSearch(raw), experiment: texts(raw.experiment) });

export const PARENT_TAG = "mlflow.parentRunId";
export const PARENT = `tags.${keyText(PARENT_TAG)}`;

/** An order for the server: `metrics.val loss` -> ``metrics.`val loss` DESC``. */
export function orderText(field: string, order: "asc" | "desc"): string {
  const dot = field.indexOf(".");
  const name = dot < 0 ? field : `${field.slice(0, dot)}.${keyText(field.slice(dot + 1))}`;
  return `${name} ${order.toUpperCase()}`;
}

/** Whether nested runs stand under their parents: not where a filter or the deletion tore them apart. */
export const isNested = ({ filter, state, flat }: RunTableSearch) => !filter && !state && !flat;

/** The part of the address that says which runs are asked for. */
export const runListSearch = ({ filter, state, sort, order, flat }: RunTableSearch): RunTableSearch =>
  optional({ filter, state, sort, order, flat });

/** What the list of runs is asked for; the newest first unless the address says otherwise. */
export function runList(search: RunTableSearch, experiment: string[]): RunListParams {
  const { filter, state = "active", sort = "start_time", order = "desc" } = search;
  return {
    experiment,
    filter: isNested(search) ? `${PARENT} IS NULL` : filter,
    state,
    order_by: [orderText(sort, order)],
  };
}
