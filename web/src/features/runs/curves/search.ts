import { oneOf, optional, type RawSearch, text } from "@/lib/search";
import { curveSearch } from "@/ui/curves/curveSearch";

/** How the curves of runs are looked at. */
export const runCurveSearch = (raw: RawSearch) =>
  optional({
    /** Metrics whose name contains it. */
    find: text(raw.find),
    axis: oneOf(raw.axis, ["time"]),
    ...curveSearch(raw),
  });
