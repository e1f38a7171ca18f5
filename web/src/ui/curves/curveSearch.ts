import { numberWithin, optional, type RawSearch, range } from "@/lib/search";

export const MAX_SMOOTHING = 0.99;

/** How curves are looked at, wherever they are drawn. */
export const curveSearch = (raw: RawSearch) =>
  optional({
    smooth: numberWithin(raw.smooth, 0, MAX_SMOOTHING),
    scale: raw.scale === "log" || raw.scale === "linear" ? (raw.scale as "log" | "linear") : undefined,
    /** The first and last step that are drawn. */
    zoom: range(raw.zoom),
  });
