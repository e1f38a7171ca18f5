import { Link } from "@tanstack/react-router";
import type { EvaluationRecord } from "@/api/types";
import { shortId } from "@/lib/format";
import classes from "./Evaluation.module.css";
import { sourceTitle, traceOf } from "./sources";

interface Props {
  project: string;
  record: EvaluationRecord;
  /** As it stands in a table. */
  short?: boolean;
}

/** What a record was made from; a link, where that is a trace. */
export function Source({ project, record, short = false }: Props) {
  const trace = traceOf(record);
  const title = sourceTitle(record);
  if (trace) {
    return (
      <Link
        to="/p/$project/traces/$trace"
        params={{ project, trace }}
        className={short ? "text-link" : undefined}
        title={trace}
      >
        Trace {shortId(trace)}
      </Link>
    );
  }
  if (!title) return <span className={classes.quiet}>–</span>;
  return <span>{[title, !short && record.source_id].filter(Boolean).join(" · ")}</span>;
}
