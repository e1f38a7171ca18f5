import { Link } from "@tanstack/react-router";
import type { Span, SpanEvent } from "@/api/types";
import { formatNanoseconds, plural } from "@/lib/format";
import { CopyId } from "@/ui/CopyId";
import { StatusBadge } from "@/ui/StatusBadge";
import { current, TabBar } from "@/ui/TabBar";
import type { SPAN_PARTS } from "../search";
import { prettyText } from "../values";
import { JsonView, LongText } from "./JsonView";
import { durationText, typeTitle } from "./spans";
import classes from "./TracePage.module.css";

type Part = (typeof SPAN_PARTS)[number] | undefined;

interface Props {
  span: Span;
  part: Part;
}

/** What a span was given, what it gave, and what else is known of it. */
export function SpanDetail({ span, part }: Props) {
  const { attributes, events } = span;
  return (
    <section aria-label={`Span ${span.name}`} className={classes.detail}>
      <div className={classes.facts}>
        <h3 className={classes.name}>{span.name}</h3>
        {span.status !== "Unset" && <StatusBadge status={span.status} />}
        <span className={classes.quiet}>
          {[typeTitle(span.type), durationText(span), span.offset_ns > 0 && afterText(span)]
            .filter(Boolean)
            .join(" · ")}
        </span>
        <CopyId value={span.id} label="span ID" />
      </div>
      {span.status === "Error" && span.status_message && part !== "events" && (
        <p className={classes.fault}>{span.status_message}</p>
      )}
      <TabBar label="Parts of the span">
        <PartLink part={undefined} shown={part} label="Inputs and outputs" />
        <PartLink part="attributes" shown={part} label={`Attributes (${Object.keys(attributes).length})`} />
        <PartLink part="events" shown={part} label={`Events (${events.length})`} />
      </TabBar>
      {part === "attributes" ? (
        <Attributes attributes={attributes} label="Attributes" />
      ) : part === "events" ? (
        <Events events={events} />
      ) : (
        <>
          <JsonView label="Inputs" value={span.inputs} />
          <JsonView label="Outputs" value={span.outputs} />
        </>
      )}
    </section>
  );
}

const afterText = ({ offset_ns }: { offset_ns: number }) => `after ${formatNanoseconds(offset_ns)}`;

function PartLink({ part, shown, label }: { part: Part; shown: Part; label: string }) {
  return (
    <Link
      from="/p/$project/traces/$trace"
      to="."
      search={(old) => ({ ...old, part })}
      replace
      resetScroll={false}
      {...current(part === shown)}
    >
      {label}
    </Link>
  );
}

function Attributes({ attributes, label }: { attributes: Record<string, unknown>; label: string }) {
  const rows = Object.entries(attributes);
  if (rows.length === 0) return <p className={classes.quiet}>None.</p>;
  return (
    <table className={classes.table} aria-label={label}>
      <tbody>
        {rows.map(([key, value]) => (
          <tr key={key}>
            <th scope="row">{key}</th>
            <td>{prettyText(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const STACK = "exception.stacktrace";
const ABOUT = ["exception.type", "exception.message", STACK];

function Events({ events }: { events: SpanEvent[] }) {
  if (events.length === 0) return <p className={classes.quiet}>No events were recorded.</p>;
  return (
    <ol className={classes.events} aria-label={plural(events.length, "event")}>
      {events.map((event, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: events of a span have no other identity.
        <li key={index}>
          <Event event={event} />
        </li>
      ))}
    </ol>
  );
}

function Event({ event: { name, offset_ns, attributes } }: { event: SpanEvent }) {
  const others = Object.fromEntries(Object.entries(attributes).filter(([key]) => !ABOUT.includes(key)));
  const stack = attributes[STACK];
  const raised = ABOUT.slice(0, 2).flatMap((key) => attributes[key] ?? []);
  return (
    <>
      <p className={classes.event}>
        <b>{name}</b> <span className={classes.quiet}>{afterText({ offset_ns })}</span>
      </p>
      {raised.length > 0 && <p className={classes.fault}>{raised.map(prettyText).join(": ")}</p>}
      {typeof stack === "string" && <LongText label="stack trace" text={stack} wrap={false} />}
      {Object.keys(others).length > 0 && <Attributes attributes={others} label={`Attributes of ${name}`} />}
    </>
  );
}
