import type { DatasetListParams } from "@/api/datasets";
import { flag, oneOf, optional, type RawSearch, tabOf, text, texts } from "@/lib/search";

const SORTS = ["name", "updated_at", "created_at", "rows"] as const;
const ORDERS = ["asc", "desc"] as const;

export const datasetsSearch = (raw: RawSearch) =>
  optional({
    q: text(raw.q),
    sort: oneOf(raw.sort, SORTS),
    order: oneOf(raw.order, ORDERS),
    columns: texts(raw.columns),
    /** The upload dialog is open. */
    upload: flag(raw.upload),
  });

/** What the list of datasets is asked for; the newest change first unless the address says otherwise. */
export const datasetList = ({ q, sort = "updated_at", order = "desc" }: ReturnType<typeof datasetsSearch>) =>
  ({ search: q, sort, order }) satisfies DatasetListParams;

export const datasetVersionSearch = (raw: RawSearch) =>
  optional({
    tab: tabOf(raw.tab, "profile", ["rows", "uses"]),
    column: text(raw.column),
    q: text(raw.q),
    sort: text(raw.sort),
    order: oneOf(raw.order, ORDERS),
    /** Looked for in all columns of the rows. */
    find: text(raw.find),
    /** Conditions of the rows, as JSON. */
    where: text(raw.where),
    /** The column that stays in view. */
    pin: text(raw.pin),
  });
