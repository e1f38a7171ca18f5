import type { TraceSummary } from "@/api/types";
import type { FilterField } from "@/ui/filter/complete";
import { keyText } from "@/ui/filter/tokens";

export const SESSION = "mlflow.trace.session";
export const USER = "mlflow.trace.user";

/** A field of a trace's metadata as it stands in a filter. */
export const metadataField = (key: string) => `metadata.${keyText(key)}`;

const ATTRIBUTES: FilterField[] = [
  { name: "status", kind: "pattern", values: ["OK", "ERROR", "IN_PROGRESS"] },
  { name: "name", kind: "pattern" },
  { name: "execution_time_ms", kind: "number" },
  { name: "timestamp_ms", kind: "number" },
  { name: "end_time_ms", kind: "number" },
  { name: "text", kind: "pattern" },
  { name: "run_id", kind: "pattern" },
  { name: "trace_id", kind: "pattern" },
  { name: "client_request_id", kind: "pattern" },
];
const SPANS: FilterField[] = [
  { name: "span.name", kind: "pattern" },
  { name: "span.type", kind: "pattern" },
  { name: "span.status", kind: "pattern", values: ["OK", "ERROR", "UNSET"] },
  { name: "span.content", kind: "pattern" },
];

/** What a filter of traces can be about, as far as the traces at hand tell. */
export function fieldsOf(traces: TraceSummary[]): FilterField[] {
  const keyed = (family: string, keys: string[], kind: FilterField["kind"] = "pattern"): FilterField[] =>
    [...new Set(keys)].sort().map((key) => ({ name: `${family}.${keyText(key)}`, kind }));
  const said = (kind: "feedback" | "expectation") =>
    traces.flatMap(({ assessments }) => assessments.filter((each) => each.kind === kind).map(({ name }) => name));
  const keysOf = (family: "tags" | "metadata") => traces.flatMap((trace) => Object.keys(trace[family]));
  return [
    ...ATTRIBUTES,
    ...keyed("feedback", said("feedback"), "either"),
    ...keyed("expectation", said("expectation"), "either"),
    ...keyed("tags", keysOf("tags")),
    ...keyed("metadata", keysOf("metadata")),
    ...SPANS,
  ];
}
