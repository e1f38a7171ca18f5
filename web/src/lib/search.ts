/** Search parameters are plain text in the address (`?v=3,5&order=asc`); each route reads what it knows with these. */
export type RawSearch = Record<string, unknown>;

/** A parameter that is given more than once (`?v=3&v=5`) is the same as one with a list (`?v=3,5`). */
export function parseSearch(text: string): RawSearch {
  const search: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    search[key] = key in search ? `${search[key]},${value}` : value;
  }
  return search;
}

export function stringifySearch(search: RawSearch): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === "" || value === false) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    const text = Array.isArray(value)
      ? value.map((item) => encode(escapeItem(String(item)))).join(",")
      : encode(value === true ? "1" : String(value));
    parts.push(`${encodeURIComponent(key)}=${text}`);
  }
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

/** A name in a list may have a comma of its own: it stands behind a backslash, as a backslash does. */
function escapeItem(text: string): string {
  return text.replace(/[\\,]/g, "\\$&");
}

/** The items of a list as it is written in the address. */
function listItems(text: string): string[] {
  const items = [""];
  for (const [piece] of text.matchAll(/\\.|./gs)) {
    if (piece === ",") items.push("");
    else items.push(items.pop() + (piece.length > 1 && piece.startsWith("\\") ? piece.slice(1) : piece));
  }
  return items;
}

/** Keeps the characters that are safe and legible in a query, so that addresses stay readable. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%40", "@");
}

export function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function oneOf<const Value extends string>(value: unknown, allowed: readonly Value[]): Value | undefined {
  return allowed.find((candidate) => candidate === value);
}

/** A tab as the address names it: it may be one that the page does not have. */
export type TabName<Value extends string> = Value | (string & {});

/** The tab of the address, kept as it is where there is no such tab, so that the page can say so; none for the first. */
export function tabOf<const Value extends string>(
  value: unknown,
  first: string,
  _others: readonly Value[],
): TabName<Value> | undefined {
  const name = text(value);
  return name === first ? undefined : name;
}

export function integer(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? number : undefined;
}

/** The highest number that a version can have. */
export const MAX_NUMBER = 2 ** 31 - 1;

export class WrongVersionNumber extends Error {}

/** The number of a version in an address. */
export function versionNumber(value: string): number {
  const number = /^[1-9]\d*$/.test(value) ? Number(value) : Number.NaN;
  if (number <= MAX_NUMBER) return number;
  throw new WrongVersionNumber(`“${value}” is not a version number`);
}

/** A number from `least` to `most`. */
export function numberWithin(value: unknown, least: number, most: number): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && number >= least && number <= most ? number : undefined;
}

/** Two whole numbers, the first below the second. */
export function range(value: unknown): [number, number] | undefined {
  const [from, to, ...rest] = integers(value) ?? [];
  return from !== undefined && to !== undefined && from < to && rest.length === 0 ? [from, to] : undefined;
}

export function integers(value: unknown): number[] | undefined {
  const parts = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [value];
  const numbers = parts.map(integer).filter((number) => number !== undefined);
  return numbers.length > 0 ? numbers : undefined;
}

/** Parts that are numbers as numbers, and others as they are, so that the page can say what is wrong with them. */
export function numbersOrTexts(value: unknown): (number | string)[] | undefined {
  const parts = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [value];
  const kept = parts.flatMap((part): (number | string)[] => {
    const number = integer(part);
    const other = text(part);
    return number !== undefined ? [number] : other === undefined ? [] : [other];
  });
  return kept.length > 0 ? kept : undefined;
}

export function texts(value: unknown): string[] | undefined {
  const parts = Array.isArray(value) ? value : typeof value === "string" ? listItems(value) : [];
  const kept = parts.filter((part): part is string => typeof part === "string" && part !== "");
  return kept.length > 0 ? kept : undefined;
}

export function flag(value: unknown): boolean | undefined {
  return value === true || value === "1" || value === "true" ? true : undefined;
}

/** Search parameters may all be left out of a link. */
export const optional = <Search extends object>(search: Search): Partial<Search> => search;
