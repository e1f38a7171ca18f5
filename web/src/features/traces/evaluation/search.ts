import type { EvaluationDatasetListParams } from "@/api/evaluationDatasets";
import { oneOf, optional, type RawSearch, text, texts } from "@/lib/search";

const SORTS = ["name", "records", "created_at", "updated_at"] as const;
export type DatasetSort = (typeof SORTS)[number];

/** How a table of evaluation datasets is looked at. */
export interface DatasetTableSearch {
  q?: string;
  sort?: string;
  order?: "asc" | "desc";
}

/** What the list is asked for; the newest change first unless the address says otherwise. */
export function evaluationDatasetList({ q, sort, order = "desc" }: DatasetTableSearch, experiment: string) {
  const known = oneOf(sort, SORTS);
  const by = known ? { sort: known, order } : { sort: "updated_at" as const, order: "desc" as const };
  return { experiment: [experiment], search: q, ...by } satisfies EvaluationDatasetListParams;
}

export const evaluationDatasetSearch = (raw: RawSearch) =>
  optional({
    /** The id of the experiment that one came from: a dataset may be in several. */
    experiment: text(raw.experiment),
    /** The id of the record that is open. */
    record: text(raw.record),
    columns: texts(raw.columns),
  });
export type EvaluationDatasetSearch = ReturnType<typeof evaluationDatasetSearch>;
