import { IconFlask } from "@tabler/icons-react";
import { NoMatch } from "@/ui/filter/NoMatch";
import { EmptyState } from "@/ui/States";

/** Why a table of runs shows none, where there are some. */
export function NoRuns({ filter, problem, onClear }: { filter?: string; problem: string | null; onClear: () => void }) {
  if (filter) return <NoMatch icon={IconFlask} noun="run" problem={problem} onClear={onClear} />;
  return (
    <EmptyState icon={IconFlask} title="No deleted runs">
      Deleted runs stay here until they are restored.
    </EmptyState>
  );
}
