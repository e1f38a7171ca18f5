import { type CodeExample, CodeExamples } from "./CodeExamples";
import classes from "./ExamplesBelow.module.css";

/** Below an empty state: how the first of what is missing is made from code. */
export function ExamplesBelow({ intro, label, examples }: { intro: string; label: string; examples: CodeExample[] }) {
  return (
    <div className={classes.examples}>
      <p className={classes.intro}>{intro}</p>
      <CodeExamples label={label} examples={examples} />
    </div>
  );
}
