import type { ModelListParams } from "@/api/models";
import type { VersionStatus } from "@/api/types";
import type { VersionListParams } from "@/api/versions";
import { lineageSearch } from "@/features/lineage/search";
import { flag, integers, oneOf, optional, type RawSearch, tabOf, text, texts } from "@/lib/search";

const MODEL_SORTS = ["name", "updated_at", "created_at", "versions"] as const;
const VERSION_SORTS = [
  "number",
  "created_at",
  "updated_at",
  "created_by",
  "duration",
  "metric",
  "status",
  "description",
  "dataset",
  "target",
  "trainer",
  "engine",
] as const;
const ORDERS = ["asc", "desc"] as const;

export const modelsSearch = (raw: RawSearch) =>
  optional({
    q: text(raw.q),
    sort: oneOf(raw.sort, MODEL_SORTS),
    order: oneOf(raw.order, ORDERS),
    columns: texts(raw.columns),
  });

/** What the list of models is asked for; the newest change first unless the address says otherwise. */
export const modelList = ({ q, sort = "updated_at", order = "desc" }: ReturnType<typeof modelsSearch>) =>
  ({ search: q, sort, order }) satisfies ModelListParams;

export const modelSearch = (raw: RawSearch) =>
  optional({
    tab: tabOf(raw.tab, "versions", ["lineage", "settings"]),
    ...lineageSearch(raw),
    q: text(raw.q),
    status: texts(raw.status),
    archived: flag(raw.archived),
    sort: oneOf(raw.sort, VERSION_SORTS) ?? runField(raw.sort),
    order: oneOf(raw.order, ORDERS),
    columns: texts(raw.columns),
    /** The numbers of the selected versions. */
    selected: integers(raw.selected),
  });

/** A metric or param of the run that made a version, as the server names it: `run_metrics.loss`. */
export const isRunField = (name: string) => /^run_(metrics|params)\../.test(name);

function runField(value: unknown): string | undefined {
  const name = text(value);
  return name && isRunField(name) ? name : undefined;
}

/** What the list of versions is asked for; the newest first, without the archived, unless the address says otherwise; `usual` are the columns that are shown unless it does. */
export const versionList = (search: ReturnType<typeof modelSearch>, usual: string[] = []) => {
  const { q, status, archived = false, sort = "number", order = "desc" } = search;
  return {
    search: q,
    status: status as VersionStatus[] | undefined,
    include_archived: archived,
    sort: sort as VersionListParams["sort"],
    order,
    show: (search.columns ?? usual).filter(isRunField),
  } satisfies VersionListParams;
};
