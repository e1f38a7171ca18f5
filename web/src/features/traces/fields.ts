import type { TraceSummary } from "@/api/types";
import type { FilterField } from "@/ui/filter/complete";
import { keyText } from "@/ui/filter/tokens";

export const SESSION = "mlflow.trace.session";
export const USER = "mlflow.trace.user";

/** A field of a trace's metadata as it stands in a filter. */
export const metadataField = (key: string) => `metadata.${keyText(key)}`;

const ATTRIBUTES: FilterField[] = [
  { name: "status", kind: "text", values: ["OK", "ERROR", "IN_PROGRESS"] },
  { name: "name", kind: "text" },
  { name: "execution_time_ms", kind: "number" },
  { name: "timestamp_ms", kind: "number" },
  { name: "end_time_ms", kind: "number" },
  { name: "text", kind: "text" },
  { name: "run_id", kind: "text" },
  { name: "trace_id", kind: "text" },
  { name: "client_request_id", kind: "text" },
];
const SPANS: FilterField[] = [
  { name: "span.name", kind: "text" },
  { name: "span.type", kind: "text" },
  { name: "span.status", kind: "text", values: ["OK", "ERROR", "UNSET"] },
  { name: "span.content", kind: "text" },
];

/** What a filter of traces can be about, as far as the traces at hand tell. */
export function fieldsOf(traces: TraceSummary[]): FilterField[] {
  const keyed = (family: string, keys: string[]): FilterField[] =>
    [...new Set(keys)].sort().map((key) => ({ name: `${family}.${keyText(key)}`, kind: "text" }));
  const said = (kind: "feedback" | "expectation") =>
    traces.flatMap(({ assessments }) => assessments.filter((each) => each.kind === kind).map(({ name }) => name));
  const keysOf = (family: "tags" | "metadata") => traces.flatMap((trace) => Object.keys(trace[family]));
  return [
    ...ATTRIBUTES,
    ...keyed("feedback", said("feedback")),
    ...keyed("expectation", said("expectation")),
    ...keyed("tags", keysOf("tags")),
    ...keyed("metadata", keysOf("metadata")),
    ...SPANS,
  ];
}
