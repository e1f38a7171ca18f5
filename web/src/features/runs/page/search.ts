import { traceTableSearch } from "@/features/traces/search";
import { oneOf, optional, type RawSearch, text } from "@/lib/search";
import { runCurveSearch } from "../curves/search";

export const RUN_TABS = ["metrics", "artifacts", "models", "traces"] as const;

export const runSearch = (raw: RawSearch) =>
  optional({
    tab: oneOf(raw.tab, RUN_TABS),
    /** The artifact that is shown. */
    path: text(raw.path),
    ...runCurveSearch(raw),
    ...traceTableSearch(raw),
  });
