import { oneOf, optional, type RawSearch } from "@/lib/search";

const TABS = ["training", "evaluation", "explain", "config", "files", "events"] as const;
const SPLITS = ["train", "validation", "test"] as const;

export const versionSearch = (raw: RawSearch) =>
  optional({
    tab: oneOf(raw.tab, TABS),
    /** Which split the evaluation is of. */
    split: oneOf(raw.split, SPLITS),
    /** Which of the configs is shown. */
    config: oneOf(raw.config, ["rendered", "diff"]),
  });
