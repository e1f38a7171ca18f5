import type { ActivityRecord } from "@/api/types";
import { shortId } from "@/lib/format";

/** `version.created` -> `created`; `dataset.version_created` -> `version created`; spelled as the statuses are. */
export function verbOf(action: string): string {
  return action
    .slice(action.indexOf(".") + 1)
    .replaceAll("_", " ")
    .replace("cancelled", "canceled");
}

/** The details of a change on one line. */
export function detailText(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "")
    .map(([key, value]) => `${key.replaceAll("_", " ")}: ${show(value)}`)
    .join(", ");
}

function show(value: unknown): string {
  if (typeof value === "object") return JSON.stringify(value);
  const text = String(value);
  if (/^[0-9a-f]{32}$/.test(text)) return shortId(text);
  return /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 8) : text;
}

type Changed = Pick<ActivityRecord, "object_kind" | "object_name" | "detail">;

export type ObjectPlace =
  | { kind: "dataset"; dataset: string; number: number | null }
  | { kind: "version"; model: string; number: number }
  | { kind: "model"; model: string }
  | { kind: "experiment" | "run" | "trace" | "evaluation_dataset"; id: string }
  | null;

/** Where the page of a changed object is, if it has one. */
export function placeOf({ object_kind: kind, object_name: name, detail }: Changed): ObjectPlace {
  const [, base = name, digits] = /^(.*?)[/@#](\d+)$/.exec(name) ?? [];
  const number = digits === undefined ? null : Number(digits);
  if (kind === "dataset" || kind === "dataset_version") return { kind: "dataset", dataset: base, number };
  if (kind === "version" && number !== null) return { kind: "version", model: base, number };
  if (kind === "model" || kind === "version") return { kind: "model", model: base };
  if (kind === "run" || kind === "trace") return { kind, id: name };
  const id = kind === "experiment" ? detail.experiment_id : detail.dataset_id;
  if ((kind === "experiment" || kind === "evaluation_dataset") && id !== undefined) return { kind, id: String(id) };
  return null;
}
