import { IconChecklist } from "@tabler/icons-react";
import { ExamplesBelow } from "@/ui/ExamplesBelow";
import { EmptyState } from "@/ui/States";
import { createExamples } from "./code";

/** Where no evaluation dataset was ever made: what would be here, and how to make one. */
export function NoDatasets({ project, experiment }: { project: string; experiment: { id: string; name: string } }) {
  return (
    <>
      <EmptyState icon={IconChecklist} title="No evaluation datasets yet">
        An evaluation dataset keeps what an application is asked together with what is expected of its answers, so that
        every version of it is judged by the same questions.
      </EmptyState>
      <ExamplesBelow
        intro="Create one from code:"
        label="Create from code"
        examples={createExamples(project, experiment)}
      />
    </>
  );
}
