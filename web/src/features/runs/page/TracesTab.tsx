import { IconListTree } from "@tabler/icons-react";
import { TracesTable } from "@/features/traces/TracesTable";
import { EmptyState } from "@/ui/States";
import type { RunProps } from "./props";

const NONE: string[] = [];

/** The traces that were made in the run or linked to it. The page listens to the run, and so to its traces. */
export function TracesTab({ project, run }: RunProps) {
  return (
    <TracesTable
      key={run.id}
      project={project}
      of={{ run: run.id }}
      topics={NONE}
      nothing={
        <EmptyState icon={IconListTree} title="No traces of this run">
          Traces that are recorded during the run, or linked to it later, appear here.
        </EmptyState>
      }
    />
  );
}
