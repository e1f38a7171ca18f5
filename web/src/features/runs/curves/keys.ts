export interface KeyGroup {
  /** What stands before the first slash; empty for keys without one. */
  prefix: string;
  keys: string[];
}

/** Metric keys by what stands before their first slash, as `train/loss`; those without one first. */
export function groupKeys(keys: string[], find = ""): KeyGroup[] {
  const wanted = find.trim().toLowerCase();
  const groups = new Map<string, string[]>();
  for (const key of [...keys].sort((a, b) => a.localeCompare(b))) {
    if (!key.toLowerCase().includes(wanted)) continue;
    const slash = key.indexOf("/");
    const prefix = slash > 0 ? key.slice(0, slash) : "";
    groups.set(prefix, [...(groups.get(prefix) ?? []), key]);
  }
  return [...groups]
    .map(([prefix, members]) => ({ prefix, keys: members }))
    .sort((a, b) => Number(b.prefix === "") - Number(a.prefix === "") || a.prefix.localeCompare(b.prefix));
}

/** Cut into pieces of at most so many. */
export function inBatches<Item>(items: Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
