import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Trace } from "@/api/types";
import { formatCount, formatExact, shortId } from "@/lib/format";
import { CopyId } from "@/ui/CopyId";
import { quoted } from "@/ui/filter/tokens";
import { Facts } from "@/ui/Section";
import { Duration, Time } from "@/ui/Time";
import { metadataField, SESSION, USER } from "../fields";
import classes from "./TracePage.module.css";

const TOKENS = "mlflow.trace.tokenUsage";

/** When a trace was, how long it took, and what it belongs to. */
export function TraceFacts({ project, trace }: { project: string; trace: Trace }) {
  const facts: [string, ReactNode][] = [
    ["Trace ID", <CopyId key="id" value={trace.id} label="trace ID" short={shortId(trace.id)} />],
    [
      "Started",
      <span key="at" title={formatExact(new Date(trace.started_at))}>
        <Time at={trace.started_at} />
      </span>,
    ],
    ["Duration", <Duration key="for" ms={trace.duration_ms} />],
  ];
  if (trace.runs.length > 0)
    facts.push([trace.runs.length === 1 ? "Run" : "Runs", <Runs key="runs" project={project} trace={trace} />]);
  for (const [term, key] of [["Session", SESSION] as const, ["User", USER] as const]) {
    const value = trace.metadata[key];
    if (value) facts.push([term, <Alike key={key} project={project} trace={trace} of={key} value={value} />]);
  }
  if (trace.client_request_id) facts.push(["Request ID", trace.client_request_id]);
  const tokens = tokensOf(trace.metadata[TOKENS]);
  if (tokens) facts.push(["Tokens", tokens]);
  return <Facts items={facts} />;
}

function Runs({ project, trace }: { project: string; trace: Trace }) {
  return (
    <span className={classes.links}>
      {trace.runs.map(({ id, name }) => (
        <Link key={id} to="/p/$project/runs/$run" params={{ project, run: id }} search={{ tab: "traces" }}>
          {name}
        </Link>
      ))}
    </span>
  );
}

/** Leads to the traces of the experiment that have the same. */
function Alike({ project, trace, of, value }: { project: string; trace: Trace; of: string; value: string }) {
  return (
    <Link
      to="/p/$project/experiments/$experiment"
      params={{ project, experiment: trace.experiment_id }}
      search={{ tab: "traces", filter: `${metadataField(of)} = ${quoted(value)}` }}
    >
      {value}
    </Link>
  );
}

/** `412 in, 57 out`; null where the client did not count. */
function tokensOf(text: string | undefined): string | null {
  try {
    const { input_tokens, output_tokens } = JSON.parse(text ?? "") as Record<string, number | undefined>;
    if (input_tokens === undefined || output_tokens === undefined) return null;
    return `${formatCount(input_tokens)} in, ${formatCount(output_tokens)} out`;
  } catch {
    return null;
  }
}
