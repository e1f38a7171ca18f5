import { optional, type RawSearch, text, texts } from "@/lib/search";

export const activitySearch = (raw: RawSearch) =>
  optional({ kind: text(raw.kind), name: text(raw.name), columns: texts(raw.columns) });
