import type { VersionStatus } from "@/api/types";
import { flag, oneOf, type RawSearch, text, texts } from "@/lib/search";

const DIRECTIONS = ["origins", "uses"] as const;

/** What the address says about a lineage; both pages that show one read it with this. */
export const lineageSearch = (raw: RawSearch) => ({
  /** Instead of the graph. */
  view: oneOf(raw.view, ["list"]),
  direction: oneOf(raw.direction, DIRECTIONS),
  status: texts(raw.status),
  /** Days, e.g. `2026-11-01`. */
  since: day(raw.since),
  until: day(raw.until),
  /** Also the datasets that the versions of a model were trained on. */
  data: flag(raw.data),
});

export type LineageSearch = Partial<ReturnType<typeof lineageSearch>>;

const day = (value: unknown) => {
  const given = text(value);
  return given && /^\d{4}-\d\d-\d\d$/.test(given) && !Number.isNaN(Date.parse(given)) ? given : undefined;
};

/** What the server is asked for: days begin and end where the reader is. */
export function lineageFilter({ status, since, until }: LineageSearch) {
  return {
    status: status as VersionStatus[] | undefined,
    since: since && new Date(`${since}T00:00:00`).toISOString(),
    until: until && new Date(`${until}T23:59:59.999`).toISOString(),
  };
}
