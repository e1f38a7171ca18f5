import { flag, oneOf, optional, type RawSearch, text, texts } from "@/lib/search";

const MODEL_SORTS = ["name", "updated_at", "created_at", "versions"] as const;
const VERSION_SORTS = [
  "number",
  "created_at",
  "duration",
  "metric",
  "status",
  "description",
  "dataset",
  "engine",
] as const;
const ORDERS = ["asc", "desc"] as const;

export const modelsSearch = (raw: RawSearch) =>
  optional({
    q: text(raw.q),
    sort: oneOf(raw.sort, MODEL_SORTS),
    order: oneOf(raw.order, ORDERS),
  });

export const modelSearch = (raw: RawSearch) =>
  optional({
    tab: oneOf(raw.tab, ["settings"]),
    q: text(raw.q),
    status: texts(raw.status),
    archived: flag(raw.archived),
    sort: oneOf(raw.sort, VERSION_SORTS),
    order: oneOf(raw.order, ORDERS),
  });
