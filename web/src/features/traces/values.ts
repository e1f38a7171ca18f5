import type { Assessment } from "@/api/types";
import { formatValue } from "@/lib/format";

/** A preview as one line: a text without its quotes, and of an object with a single text that text alone. */
export function previewText(preview: string | null): string {
  const value = parsed(preview ?? "");
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return preview ?? "";
  const texts = Object.values(value).filter((each) => typeof each === "string");
  const [only] = texts;
  return texts.length === 1 && typeof only === "string" ? only : (preview ?? "");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A JSON value as a text: texts as they are, everything else as indented JSON. */
export function prettyText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** The value of an assessment on one line. */
export function assessedText({ value, error }: Pick<Assessment, "value" | "error">): string {
  if (error) return "failed";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return formatValue(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The feedback that holds, the latest of each name. */
export function latestFeedback(assessments: Assessment[]): Assessment[] {
  const latest = new Map<string, Assessment>();
  for (const each of assessments) if (each.kind === "feedback" && each.valid) latest.set(each.name, each);
  return [...latest.values()].sort((a, b) => a.name.localeCompare(b.name));
}
