import { diffSearch } from "@/features/diff/search";
import { lineageSearch } from "@/features/lineage/search";
import { oneOf, optional, type RawSearch, tabOf, text } from "@/lib/search";
import { curveSearch } from "@/ui/curves/curveSearch";

const TABS = ["training", "evaluation", "explain", "copilot", "config", "files", "diff", "lineage", "events"] as const;
const SPLITS = ["train", "validation", "test"] as const;

export const versionSearch = (raw: RawSearch) =>
  optional({
    tab: tabOf(raw.tab, "overview", TABS),
    ...lineageSearch(raw),
    ...diffSearch(raw),
    /** Which split the evaluation is of. */
    split: oneOf(raw.split, SPLITS),
    /** What the log is searched for. */
    find: text(raw.find),
    ...curveSearch(raw),
    /** Which of the configs is shown. */
    config: oneOf(raw.config, ["rendered", "diff"]),
  });
