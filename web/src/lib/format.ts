const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function formatBytes(bytes: number): string {
  const exponent = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), BINARY_UNITS.length - 1);
  const value = bytes / 1024 ** exponent;
  const digits = exponent === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${BINARY_UNITS[exponent]}`;
}

/** `420ms`, `3.2s`, `2m 14s`, `5h 03m`, `2d 4h`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours}h ${pad(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** As `formatDuration`, for what may take far less than a millisecond: `85µs`. */
export function formatNanoseconds(ns: number): string {
  return ns < 1_000_000 ? `${Math.round(ns / 1_000)}µs` : formatDuration(ns / 1_000_000);
}

const pad = (value: number) => String(value).padStart(2, "0");

const RELATIVE_STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

export function formatRelative(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1_000;
  for (const [unit, size] of RELATIVE_STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return "just now";
}

const exact = new Intl.DateTimeFormat("en-GB", {
  year: "numeric",
  month: "short",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});

export const formatExact = (at: Date) => exact.format(at);

const day = new Intl.DateTimeFormat("en-GB", { year: "numeric", month: "short", day: "2-digit", timeZone: "UTC" });

/** A date without a time, as it was written: it has no zone that could move it to another day. */
export const formatDay = (at: Date) => day.format(at);

const whole = new Intl.NumberFormat("en-US");
export const formatCount = (value: number) => whole.format(value);

export const plural = (count: number, one: string, many = `${one}s`) =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

/** A number to four significant digits; NaN and infinities, which travel as strings, as they are. */
export function formatNumber(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const number = Number(value);
  if (!Number.isFinite(number)) return String(value);
  if (number === 0) return "0";
  const size = Math.abs(number);
  if (size >= 1e7 || size < 1e-4) return number.toExponential(3).replace("e+", "e");
  if (size >= 1e4) return whole.format(Math.round(number));
  return number.toPrecision(4);
}

/** A value as it stands in a table: whole numbers whole, others to four significant digits without zeros at the end. */
export function formatValue(value: number | string | null | undefined): string {
  const number = Number(value ?? Number.NaN);
  if (Number.isInteger(number) && Math.abs(number) < 1e12) return whole.format(number);
  const text = formatNumber(value);
  return text.includes(".") ? text.replace(/\.?0+(?=e|$)/, "") : text;
}

/** A share of a whole as a percentage, never rounded to an untrue 0 % or 100 %. */
export function formatShare(part: number, total: number): string {
  if (total === 0 || part === 0) return "0%";
  const percent = (100 * part) / total;
  if (percent < 0.1) return "<0.1%";
  if (percent > 99.9 && percent < 100) return ">99.9%";
  return `${percent >= 10 ? percent.toFixed(percent === 100 ? 0 : 1) : percent.toFixed(1)}%`;
}

/** A stable name for people: `roc_auc` -> `ROC AUC`, `mean_squared_error` -> `Mean squared error`. */
export function metricTitle(name: string): string {
  const acronyms: Record<string, string> = { roc: "ROC", auc: "AUC", r2: "R²", f1: "F1" };
  const words = name.split("_").map((word) => acronyms[word] ?? word);
  const first = words[0] ?? "";
  return [first.charAt(0).toUpperCase() + first.slice(1), ...words.slice(1)].join(" ");
}

/** The end of an id: ids begin with the time, so those of one minute begin alike. */
export function shortId(id: string): string {
  return id.slice(-8);
}
