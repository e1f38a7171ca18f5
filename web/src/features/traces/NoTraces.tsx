import { IconListTree } from "@tabler/icons-react";
import { ExamplesBelow } from "@/ui/ExamplesBelow";
import { EmptyState } from "@/ui/States";
import { traceExamples } from "./code";

/** Where no trace was ever logged: what would be here, and how to log one. */
export function NoTraces({ project, experiment }: { project: string; experiment: { id: string; name: string } }) {
  return (
    <>
      <EmptyState icon={IconListTree} title="No traces yet">
        A trace shows what an application did to answer one request: every step with its inputs, outputs and duration,
        and what people and judges think of the answer.
      </EmptyState>
      <ExamplesBelow
        intro="Log a first trace from code:"
        label="Log from code"
        examples={traceExamples(project, experiment)}
      />
    </>
  );
}
