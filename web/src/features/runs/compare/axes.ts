import type { Axis, comparedRows } from "./values";

const TITLES = { metrics: "Metrics", params: "Params" } as const;

/** The axes to choose from, for a select with a group for each family. */
export function axisChoices(rows: ReturnType<typeof comparedRows>, fits: (axis: Axis) => boolean = () => true) {
  return (Object.keys(TITLES) as (keyof typeof TITLES)[])
    .map((family) => ({
      group: TITLES[family],
      items: rows[family].filter(({ axis }) => fits(axis)).map(({ axis, key }) => ({ value: axis, label: key })),
    }))
    .filter(({ items }) => items.length > 0);
}
