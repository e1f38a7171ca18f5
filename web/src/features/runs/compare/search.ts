import { flag, optional, type RawSearch, tabOf, text, texts } from "@/lib/search";
import { runCurveSearch } from "../curves/search";

export const MAX_COMPARED = 100;

export const COMPARE_TABS = ["parallel", "scatter", "curves"] as const;

export const compareRunsSearch = (raw: RawSearch) =>
  optional({
    /** Ids of runs, in order. */
    run: texts(raw.run)?.slice(0, MAX_COMPARED),
    tab: tabOf(raw.tab, "table", COMPARE_TABS),
    /** Axes of the parallel coordinates: `params.depth`, `metrics.loss`. */
    axes: texts(raw.axes),
    x: text(raw.x),
    y: text(raw.y),
    /** What the lines and points are colored by; older links spell it in the British way. */
    color: text(raw.color) ?? text(raw.colour),
    /** Also what is the same in all runs. */
    all: flag(raw.all),
    ...runCurveSearch(raw),
  });
