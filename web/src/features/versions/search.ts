import { oneOf, optional, type RawSearch } from "@/lib/search";

const TABS = ["training", "evaluation", "explain", "config", "files"] as const;

export const versionSearch = (raw: RawSearch) => optional({ tab: oneOf(raw.tab, TABS) });
