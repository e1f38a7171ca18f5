import type { Problem } from "@/api/types";
import classes from "./Problems.module.css";

/** Problems of an input: where, what, and what to do. */
export function Problems({ problems, label = "Problems" }: { problems: Problem[]; label?: string }) {
  return (
    <ul className={classes.list} aria-label={label}>
      {problems.map((problem) => (
        <li key={`${problem.path} ${problem.message}`} className={classes.item}>
          {problem.path && <code className={classes.path}>{problem.path}</code>}
          <span>
            {problem.message}
            {problem.suggestion && <span className={classes.suggestion}> {problem.suggestion}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
