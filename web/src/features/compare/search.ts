import { integers, optional, type RawSearch } from "@/lib/search";

export const compareSearch = (raw: RawSearch) => optional({ v: integers(raw.v) });
