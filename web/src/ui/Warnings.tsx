import type { ReactNode } from "react";
import type { DataWarning } from "@/api/types";
import classes from "./Warnings.module.css";

interface Props {
  warnings: DataWarning[];
  /** What acts on a warning, if it can be acted on. */
  action: (warning: DataWarning, index: number) => ReactNode;
}

/** What is suspicious, why, and the click that mends it. */
export function Warnings({ warnings, action }: Props) {
  return (
    <ul className={classes.list} aria-label="Warnings">
      {warnings.map((warning, index) => (
        <li key={`${warning.code} ${warning.feature ?? ""}`} className={classes.item}>
          <span className={classes.message}>{warning.message}</span>
          {action(warning, index)}
        </li>
      ))}
    </ul>
  );
}
