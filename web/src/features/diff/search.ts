import { oneOf, type RawSearch, text } from "@/lib/search";

/** What the address says about a diff. */
export const diffSearch = (raw: RawSearch) => ({
  /** The version that is compared with: `3`, or `flowers/3` of another model. */
  base: text(raw.base),
  /** Which texts of the configs are compared. */
  of: oneOf(raw.of, ["rendered"]),
  /** How the texts stand; without it only what they mean is compared. */
  lines: oneOf(raw.lines, ["side", "unified"]),
});

export type DiffSearch = Partial<ReturnType<typeof diffSearch>>;

export interface Base {
  model: string;
  number: number;
}

/** The version that an address names; null where it names none. */
export function readBase(base: string, model: string): Base | null {
  const cut = base.lastIndexOf("/");
  const number = base.slice(cut + 1);
  return /^[1-9]\d{0,8}$/.test(number) ? { model: cut < 0 ? model : base.slice(0, cut), number: Number(number) } : null;
}

/** As the address names it on a page of `model`. */
export const writeBase = (base: Base, model: string): string =>
  base.model === model ? String(base.number) : `${base.model}/${base.number}`;
