import type { ExperimentListParams } from "@/api/experiments";
import { flag, oneOf, optional, type RawSearch, text, texts } from "@/lib/search";

export const experimentsSearch = (raw: RawSearch) =>
  optional({
    q: text(raw.q),
    state: oneOf(raw.state, ["deleted"]),
    /** Also those that hold the trainings of models, which have pages of their own. */
    models: flag(raw.models),
    sort: oneOf(raw.sort, ["name", "created_at", "updated_at", "runs"]),
    order: oneOf(raw.order, ["asc", "desc"]),
    columns: texts(raw.columns),
    /** The ids of the selected experiments. */
    selected: texts(raw.selected),
  });

/** What the list of experiments is asked for; the newest change first unless the address says otherwise. */
export const experimentList = (search: ReturnType<typeof experimentsSearch>) => {
  const { q, state = "active", models, sort = "updated_at", order = "desc" } = search;
  return { search: q, state, of_models: models ? undefined : false, sort, order } satisfies ExperimentListParams;
};
