import { flag, type RawSearch, text, texts } from "@/lib/search";
import { runCurveSearch } from "../curves/search";

/** What the panel of charts beside a table of runs shows. */
export const runChartSearch = (raw: RawSearch) => ({
  /** The panel is open. */
  charts: flag(raw.charts),
  /** The metrics that are drawn. */
  chart: texts(raw.chart),
  /** The param whose values the runs are grouped by. */
  group: text(raw.group),
  ...runCurveSearch(raw),
});
