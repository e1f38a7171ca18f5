import { traceTableSearch } from "@/features/traces/search";
import { optional, type RawSearch, tabOf, text } from "@/lib/search";
import { runCurveSearch } from "../curves/search";

export const RUN_TABS = ["metrics", "artifacts", "models", "traces"] as const;

export const runSearch = (raw: RawSearch) =>
  optional({
    tab: tabOf(raw.tab, "overview", RUN_TABS),
    /** The artifact that is shown. */
    path: text(raw.path),
    ...runCurveSearch(raw),
    ...traceTableSearch(raw),
  });
