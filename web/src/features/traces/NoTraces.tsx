import { IconListTree } from "@tabler/icons-react";
import { CodeExamples } from "@/ui/CodeExamples";
import { EmptyState } from "@/ui/States";
import { traceExamples } from "./code";
import classes from "./Traces.module.css";

/** Where no trace was ever logged: what would be here, and how to log one. */
export function NoTraces({ project, experiment }: { project: string; experiment: { id: string; name: string } }) {
  return (
    <>
      <EmptyState icon={IconListTree} title="No traces yet">
        A trace shows what an application did to answer one request: every step with its inputs, outputs and duration,
        and what people and judges think of the answer.
      </EmptyState>
      <div className={classes.examples}>
        <p className={classes.or}>Log a first trace from code:</p>
        <CodeExamples label="Log from code" examples={traceExamples(project, experiment)} />
      </div>
    </>
  );
}
