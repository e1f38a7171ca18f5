import { Button } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { EmptyState } from "@/ui/States";

/** Why a table of runs shows none, where there are some. */
export function NoRuns({ filter, problem, onClear }: { filter?: string; problem: string | null; onClear: () => void }) {
  if (!filter) {
    return (
      <EmptyState icon={IconFlask} title="No deleted runs">
        A run that is deleted waits here until it is restored.
      </EmptyState>
    );
  }
  const clear = (
    <Button variant="default" onClick={onClear}>
      Clear the filter
    </Button>
  );
  return (
    <EmptyState
      icon={IconFlask}
      title={problem ? "The filter cannot be read" : "No run matches the filter"}
      action={clear}
    >
      {problem && "What is wrong with it stands below the field."}
    </EmptyState>
  );
}
