import { Link } from "@tanstack/react-router";
import type { SuggestionOutcome } from "@/api/types";
import classes from "./Copilot.module.css";

const VERDICTS: Record<SuggestionOutcome["verdict"], string> = {
  better: "Better",
  worse: "Worse",
  within_noise: "Within noise",
  not_comparable: "Not comparable",
  pending: "In training",
  not_finished: "Not finished",
  unknown: "Unknown",
};

interface Props {
  project: string;
  model: string;
  outcome: SuggestionOutcome;
  /** Which of the two versions is linked: the one that it was suggested for, or the one that tried it. */
  shown: "parent" | "number";
}

/** What became of a suggestion. */
export function Outcome({ project, model, outcome, shown }: Props) {
  const number = outcome[shown];
  return (
    <div className={classes.outcome}>
      <span className={classes.verdict} data-verdict={outcome.verdict}>
        {VERDICTS[outcome.verdict]}
      </span>
      <div className={classes.text}>
        <strong>{outcome.title}</strong>{" "}
        <span className={classes.quiet}>
          {shown === "parent" ? "suggested for " : "as "}
          <Link
            to="/p/$project/models/$model/versions/$number"
            params={{ project, model, number }}
            search={shown === "parent" ? { tab: "copilot" } : {}}
          >
            #{number}
          </Link>
        </span>
        <p>{outcome.text}</p>
      </div>
    </div>
  );
}
