import { IconChartLine } from "@tabler/icons-react";
import { useMemo } from "react";
import { EmptyState } from "@/ui/States";
import { CurveGrid } from "../curves/CurveGrid";
import type { RunProps } from "./props";
import classes from "./RunPage.module.css";

/** Every metric of a run over its steps or its time, live while it goes on. */
export function MetricsTab({ project, run }: RunProps) {
  const { id, started_at } = run;
  const drawn = useMemo(
    () => [{ id, name: "", started_at, color: (theme: { accent: string }) => theme.accent, dashed: false }],
    [id, started_at],
  );
  const names = Object.keys(run.metrics).join("\n");
  const keys = useMemo(() => (names ? names.split("\n") : []), [names]);
  if (keys.length === 0) {
    return (
      <EmptyState icon={IconChartLine} title="No metrics yet">
        Each metric that the run logs is drawn here, point by point.
      </EmptyState>
    );
  }
  return (
    <div className={classes.wide}>
      <CurveGrid project={project} runs={drawn} keys={keys} />
    </div>
  );
}
