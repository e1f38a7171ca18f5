import type { RunColumns, RunSummary } from "@/api/types";
import type { FilterField } from "@/ui/filter/complete";
import { keyText } from "@/ui/filter/tokens";

const ATTRIBUTES: FilterField[] = [
  { name: "status", kind: "text", values: ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"] },
  { name: "run_name", kind: "text" },
  { name: "start_time", kind: "number" },
  { name: "end_time", kind: "number" },
  { name: "duration_seconds", kind: "number" },
  { name: "user_id", kind: "text" },
  { name: "run_id", kind: "text" },
];
const DATASETS: FilterField[] = ["name", "digest", "context"].map((name) => ({
  name: `datasets.${name}`,
  kind: "text",
}));

/** What a filter of runs can be about. */
export function fieldsOf(names: RunColumns | undefined): FilterField[] {
  const keyed = (family: string, keys: string[], kind: FilterField["kind"]): FilterField[] =>
    keys.map((key) => ({ name: `${family}.${keyText(key)}`, kind }));
  return [
    ...ATTRIBUTES,
    ...keyed("metrics", names?.metrics ?? [], "number"),
    ...keyed("params", names?.params ?? [], "text"),
    ...keyed("tags", names?.tags ?? [], "text"),
    ...DATASETS,
  ];
}

/** Whether something was logged that has no column yet; not where the names are too many to list anyway. */
export function hasNewNames(names: RunColumns, runs: Pick<RunSummary, "metrics" | "params" | "tags">[]): boolean {
  if (names.truncated) return false;
  return (["metrics", "params", "tags"] as const).some((family) => {
    const known = new Set(names[family]);
    return runs.some((run) => Object.keys(run[family]).some((key) => !known.has(key)));
  });
}
