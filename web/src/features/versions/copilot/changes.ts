import type { ConfigChange } from "@/api/types";

/** A change of the config in one line: `trainer.num_leaves 31 → 15`. */
export function changeText({ path, old, new: next }: ConfigChange): string {
  if (/^input_features\[.*\]$/.test(path) && next === null) return `${path} left out`;
  return `${path} ${valueText(old)} → ${valueText(next)}`;
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
