import type { MetricSummary, VersionSummary } from "@/api/types";

/**
 * What a version's metric is held against: the nearest version it was made from that has the same metric, else the one
 * before it. Only versions that are at hand are looked at; null when none will do.
 */
export function baselineOf(
  version: VersionSummary,
  versions: ReadonlyMap<number, VersionSummary>,
): MetricSummary | null {
  const name = version.metric?.name;
  if (!name) return null;
  const seen = new Set<number>([version.number]);
  let at = version;
  for (;;) {
    const number = at.parent ?? at.number - 1;
    const before = versions.get(number);
    if (!before || seen.has(number)) return null;
    if (before.metric?.name === name) return before.metric;
    seen.add(number);
    at = before;
  }
}
