import { useMemo } from "react";
import type { RunSummary } from "@/api/types";
import { CurveGrid, type DrawnRun } from "../curves/CurveGrid";
import classes from "./CompareRuns.module.css";
import { colorOf, isDashed } from "./RunMark";

/** The curves of the runs over each other, a chart for each metric. */
export function ComparedRunCurves({ project, runs }: { project: string; runs: RunSummary[] }) {
  const drawn = useMemo(() => {
    const taken = new Set<string>();
    return runs.map(({ id, name, started_at }, index): DrawnRun => {
      // Lines of one chart are told apart by their names, and runs may be called alike.
      const unique = taken.has(name) ? `${name} (${id.slice(0, 6)})` : name;
      taken.add(name);
      return { id, name: unique, started_at, color: (theme) => colorOf(theme, index), dashed: isDashed(index) };
    });
  }, [runs]);
  const keys = useMemo(() => [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))], [runs]);
  if (keys.length === 0) return <p className={classes.quiet}>None of these runs has logged a metric.</p>;
  return <CurveGrid project={project} runs={drawn} keys={keys} />;
}
