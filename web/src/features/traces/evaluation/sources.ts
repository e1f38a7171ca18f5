import type { EvaluationRecord } from "@/api/types";

const TITLES: Record<string, string> = { TRACE: "Trace", HUMAN: "Person", DOCUMENT: "Document", CODE: "Code" };

/** What a record was made from, in words; empty where nobody said. */
export const sourceTitle = ({ source_type }: EvaluationRecord) =>
  source_type === null || source_type === "UNSPECIFIED" ? "" : (TITLES[source_type] ?? source_type);

/** The id of the trace that a record was made from. */
export const traceOf = ({ source_type, source_id }: EvaluationRecord) => (source_type === "TRACE" ? source_id : null);
