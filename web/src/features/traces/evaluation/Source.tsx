import { Link } from "@tanstack/react-router";
import type { EvaluationRecord } from "@/api/types";
import { shortId } from "@/lib/format";
import classes from "./Evaluation.module.css";
import { sourceTitle, traceOf } from "./sources";

interface Props {
  project: string;
  record: EvaluationRecord;
  /** How a link looks. */
  className?: string;
}

/** What a record was made from; a link, where that is a trace. */
export function Source({ project, record, className }: Props) {
  const trace = traceOf(record);
  const title = sourceTitle(record);
  if (trace) {
    return (
      <Link to="/p/$project/traces/$trace" params={{ project, trace }} className={className} title={trace}>
        Trace {shortId(trace)}
      </Link>
    );
  }
  if (!title) return <span className={classes.quiet}>–</span>;
  return <span>{[title, record.source_id].filter(Boolean).join(" · ")}</span>;
}
