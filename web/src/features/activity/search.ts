import { optional, type RawSearch, text } from "@/lib/search";

export const activitySearch = (raw: RawSearch) => optional({ kind: text(raw.kind), name: text(raw.name) });
