import { oneOf, optional, type RawSearch, text } from "@/lib/search";

const SORTS = ["name", "updated_at", "created_at", "rows"] as const;
const ORDERS = ["asc", "desc"] as const;

export const datasetsSearch = (raw: RawSearch) =>
  optional({
    q: text(raw.q),
    sort: oneOf(raw.sort, SORTS),
    order: oneOf(raw.order, ORDERS),
  });

export const datasetVersionSearch = (raw: RawSearch) =>
  optional({
    tab: oneOf(raw.tab, ["rows", "uses"]),
    column: text(raw.column),
    q: text(raw.q),
    sort: text(raw.sort),
    order: oneOf(raw.order, ORDERS),
  });
