import { Link } from "@tanstack/react-router";
import type { Assessment, Span } from "@/api/types";
import { formatCount } from "@/lib/format";
import { Section } from "@/ui/Section";
import { Time } from "@/ui/Time";
import { assessedText } from "../values";
import classes from "./TracePage.module.css";

const SOURCES: Record<string, string> = { HUMAN: "Person", LLM_JUDGE: "LLM judge", CODE: "Code" };
const SHORT = 40;
const KINDS = { feedback: "Feedback", expectation: "Expectation", issue: "Issue" };

/** What people, judges and code think of a trace, and what they expect of it; the newest first. */
export function Assessments({ assessments, spans }: { assessments: Assessment[]; spans: Span[] }) {
  const count = assessments.length;
  return (
    <Section title={count > 0 ? `Assessments (${formatCount(count)})` : "Assessments"}>
      {count === 0 ? (
        <p className={classes.quiet}>
          No feedback yet. Add some with <code className="mono">mlflow.log_feedback</code> or{" "}
          <code className="mono">mlflow.log_expectation</code>.
        </p>
      ) : (
        <ul className={classes.assessments} aria-label="Assessments">
          {assessments.toReversed().map((assessment) => (
            <Assessed
              key={assessment.id}
              assessment={assessment}
              span={spans.find(({ id }) => id === assessment.span_id)}
            />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Assessed({ assessment, span }: { assessment: Assessment; span: Span | undefined }) {
  const { name, kind, error, source_type, source_id, rationale, valid, created_at } = assessment;
  const said = assessedText(assessment);
  return (
    <li className={classes.assessment} data-overridden={!valid || undefined}>
      <span className={classes.what}>
        <span className={classes.quiet}>{KINDS[kind]}</span>
        <b>{name}</b>
      </span>
      <div className={classes.judgement}>
        <span
          className={classes.verdict}
          data-failed={error ? true : undefined}
          data-short={said.length <= SHORT || undefined}
        >
          {said}
        </span>
        {error && <p className={classes.fault}>{error}</p>}
        {rationale && <p className={classes.rationale}>{rationale}</p>}
      </div>
      <span className={classes.source}>
        <span>
          {[SOURCES[source_type ?? ""] ?? source_type, source_id].filter(Boolean).join(" · ") || "Unknown source"}
        </span>
        <span className={classes.quiet}>
          {created_at && <Time at={created_at} />}
          {!valid && " · overridden"}
        </span>
        {span && (
          <Link
            from="/p/$project/traces/$trace"
            to="."
            search={(old) => ({ ...old, span: span.id })}
            replace
            resetScroll={false}
          >
            {span.name}
          </Link>
        )}
      </span>
    </li>
  );
}
