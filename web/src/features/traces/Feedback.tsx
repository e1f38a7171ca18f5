import type { Assessment } from "@/api/types";
import classes from "./Traces.module.css";
import { assessedText, latestFeedback } from "./values";

const MAX_SHOWN = 2;

/** The feedback on a trace in a row of a table. */
export function Feedback({ assessments }: { assessments: Assessment[] }) {
  const feedback = latestFeedback(assessments);
  const more = feedback.slice(MAX_SHOWN);
  if (feedback.length === 0) return <span className={classes.none}>–</span>;
  return (
    <span className={classes.feedback}>
      {feedback.slice(0, MAX_SHOWN).map((each) => (
        <span key={each.id} className={classes.said} title={[lineOf(each), each.rationale].filter(Boolean).join("\n")}>
          <span className={classes.none}>{each.name}</span>
          <b className={classes.value} data-failed={each.error ? true : undefined}>
            {assessedText(each)}
          </b>
        </span>
      ))}
      {more.length > 0 && (
        <span className={classes.none} title={more.map(lineOf).join("\n")}>
          +{more.length}
        </span>
      )}
    </span>
  );
}

const lineOf = (assessment: Assessment) => `${assessment.name}: ${assessedText(assessment)}`;
