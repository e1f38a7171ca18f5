import { Link } from "@tanstack/react-router";
import type { TraceSummary } from "@/api/types";
import { shortId } from "@/lib/format";
import { StatusBadge } from "@/ui/StatusBadge";
import { Duration, Time } from "@/ui/Time";
import type { DataColumn } from "@/ui/table/types";
import { Cut } from "./Cut";
import { Feedback } from "./Feedback";
import { SESSION, USER } from "./fields";
import type { TraceSort } from "./search";
import classes from "./Traces.module.css";
import { previewText, tagsText } from "./values";

type Column = DataColumn<TraceSummary> & { sort?: TraceSort };

export function traceColumns(project: string): Column[] {
  return [
    {
      id: "request",
      header: "Request",
      fixed: true,
      pinned: true,
      grow: true,
      cell: ({ id, request_preview }) => (
        <Link
          to="/p/$project/traces/$trace"
          params={{ project, trace: id }}
          className="text-link"
          title={request_preview ?? undefined}
        >
          {previewText(request_preview) || "No request"}
        </Link>
      ),
    },
    {
      id: "response",
      header: "Response",
      grow: true,
      cell: ({ response_preview }) =>
        response_preview ? (
          <span title={response_preview}>{previewText(response_preview)}</span>
        ) : (
          <span className={classes.none}>–</span>
        ),
    },
    {
      id: "name",
      header: "Name",
      sort: "name",
      sortFirst: "asc",
      width: 100,
      cell: ({ name }) => <Cut text={name} />,
    },
    {
      id: "state",
      header: "State",
      sort: "status",
      sortFirst: "asc",
      width: 110,
      cell: ({ state }) => <StatusBadge status={state} />,
    },
    {
      id: "duration",
      header: "Duration",
      sort: "execution_time_ms",
      align: "right",
      width: 84,
      cell: ({ duration_ms }) => <Duration ms={duration_ms} />,
    },
    {
      id: "started",
      header: "Started",
      sort: "timestamp_ms",
      width: 120,
      cell: ({ started_at }) => <Time at={started_at} />,
    },
    {
      id: "feedback",
      header: "Feedback",
      width: 180,
      cell: ({ assessments }) => <Feedback assessments={assessments} />,
    },
    ...hiddenColumns(project),
  ];
}

function hiddenColumns(project: string): Column[] {
  const columns: Column[] = [
    {
      id: "runs",
      header: "Runs",
      cell: ({ runs }) => <Runs project={project} runs={runs} />,
    },
    { id: "session", header: "Session", cell: ({ metadata }) => <Cut text={metadata[SESSION]} /> },
    { id: "user", header: "User", cell: ({ metadata }) => <Cut text={metadata[USER]} /> },
    { id: "tags", header: "Tags", cell: ({ tags }) => <Cut text={tagsText(tags)} /> },
    { id: "request_id", header: "Request ID", cell: ({ client_request_id }) => <Cut text={client_request_id} /> },
    {
      id: "trace_id",
      header: "Trace ID",
      cell: ({ id }) => (
        <code className="mono" title={id}>
          {shortId(id)}
        </code>
      ),
    },
  ];
  return columns.map((column) => ({ width: 130, hidden: true, ...column }));
}

function Runs({ project, runs }: { project: string; runs: TraceSummary["runs"] }) {
  const [first, ...others] = runs;
  if (!first) return <Cut text="" />;
  return (
    <span className={classes.cut}>
      <Link to="/p/$project/runs/$run" params={{ project, run: first.id }} className="text-link" title={first.name}>
        {first.name}
      </Link>
      {others.length > 0 && <span className={classes.none}> +{others.length}</span>}
    </span>
  );
}
