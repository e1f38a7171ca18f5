import type { Assessment } from "@/api/types";
import { formatValue } from "@/lib/format";

/** A preview as one line: a text without its quotes, of a chat what was said last, else the JSON as it is. */
export const previewText = (preview: string | null) => said(parsed(preview ?? "")) ?? preview ?? "";

/** What a value says in words: a text, a message, an answer or a list of such, or an object with a single text. */
function said(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return isMessage(value.at(-1)) ? said(value.at(-1)) : undefined;
  if (!isObject(value)) return undefined;
  if (isMessage(value)) return said(value.content ?? value.message);
  const list = value.messages ?? value.choices;
  if (Array.isArray(list)) return said(list);
  const [only, ...others] = Object.values(value).filter((each) => typeof each === "string");
  return others.length === 0 ? only : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const isMessage = (value: unknown): boolean => isObject(value) && ("content" in value || "message" in value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The tags that people gave something, on one line. */
export const tagsText = (tags: Record<string, string>) =>
  Object.entries(tags)
    .filter(([key]) => !key.startsWith("mlflow."))
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ");

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
