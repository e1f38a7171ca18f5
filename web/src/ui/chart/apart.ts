import { formatValue } from "@/lib/format";

/** What stands on a numeric axis where no number can: from the top of the axis to its bottom. */
const ABOVE = ["∞"] as const;
const BELOW = ["−∞", "NaN", "None", "empty", "not logged"] as const;

export type Apart = (typeof ABOVE)[number] | (typeof BELOW)[number];

/** Where a value belongs: at its number, or apart from the numbers. */
export type Place = number | Apart;

const WORDS: Record<string, Apart> = {
  "": "empty",
  nan: "NaN",
  none: "None",
  null: "None",
  inf: "∞",
  "+inf": "∞",
  infinity: "∞",
  "+infinity": "∞",
  "-inf": "−∞",
  "-infinity": "−∞",
};

/** The place of a logged value on a numeric axis; null where it is a text, which has none. */
export function placeOf(value: string | number | undefined): Place | null {
  if (value === undefined) return "not logged";
  const text = String(value).trim();
  const apart = WORDS[text.toLowerCase()];
  if (apart) return apart;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

export const isNumber = (place: Place | null): place is number => typeof place === "number";

/** A numeric axis with room beside its numbers for what is none. */
export interface ApartAxis {
  min: number;
  max: number;
  /** Round numbers. */
  numbers: number[];
  /** Where the axis is labeled: at the numbers, and where what is none stands. */
  ticks: number[];
  at: (place: Place) => number;
  label: (tick: number) => string;
  /** Where the numbers end and what is none begins. */
  borders: number[];
}

const TICKS = 5;
/** Of the numbers' part of the axis. */
const LANE = 0.11;

export function apartAxis(places: Place[]): ApartAxis {
  const numbers = places.filter(isNumber);
  const { low, high, ticks } = rounded(numbers);
  const lane = (high - low) * LANE;
  const used = new Set(places);
  const below = BELOW.filter((word) => used.has(word));
  const above = ABOVE.filter((word) => used.has(word));
  const lanes = new Map<Apart, number>([
    ...below.map((word, index): [Apart, number] => [word, low - (index + 1) * lane]),
    ...above.map((word, index): [Apart, number] => [word, high + (index + 1) * lane]),
  ]);
  const words = new Map([...lanes].map(([word, at]) => [at, word]));
  return {
    min: below.length > 0 ? low - (below.length + 0.5) * lane : low,
    max: above.length > 0 ? high + (above.length + 0.5) * lane : high,
    numbers: ticks,
    ticks: [...ticks, ...lanes.values()],
    at: (place) => (isNumber(place) ? place : (lanes.get(place) as number)),
    label: (tick) => words.get(tick) ?? formatValue(tick),
    borders: [...(below.length > 0 ? [low - lane / 2] : []), ...(above.length > 0 ? [high + lane / 2] : [])],
  };
}

/** Round numbers around all of them. */
function rounded(numbers: number[]) {
  if (numbers.length === 0) return { low: 0, high: 1, ticks: [] };
  const least = numbers.reduce((a, b) => Math.min(a, b));
  const most = numbers.reduce((a, b) => Math.max(a, b));
  const span = most / (TICKS - 1) - least / (TICKS - 1) || Math.abs(most) / 2 || 1;
  const size = 10 ** Math.floor(Math.log10(span));
  const step = size * ([1, 2, 2.5, 5].find((factor) => factor * size >= span) ?? 10);
  // One number alone stands in the middle.
  const around = least === most ? 1 : 0;
  const first = Math.floor(least / step) - around;
  const last = Math.ceil(most / step) + around;
  // Multiples, not sums: 0.1 added three times is not 0.3.
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
  return { low: ticks[0] as number, high: ticks.at(-1) as number, ticks };
}
