import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMay } from "@/api/permissions";
import { trainersQuery } from "@/api/training";
import { CurveControls } from "@/ui/curves/CurveControls";
import { useCurveSettings } from "@/ui/curves/useCurveSettings";
import { Section } from "@/ui/Section";
import { ErrorState } from "@/ui/States";
import { isMoving } from "@/ui/status";
import type { TabProps } from "../tab";
import { CurveChart } from "./CurveChart";
import { groupCurves, isSinglePoint } from "./curves";
import { LogView } from "./LogView";
import classes from "./Training.module.css";
import { useLiveCurves } from "./useLiveCurves";

export function TrainingTab({ project, version }: TabProps) {
  return (
    <div className={classes.tab}>
      <LearningCurves project={project} version={version} />
      <LogView project={project} version={version} />
    </div>
  );
}

function LearningCurves({ project, version }: TabProps) {
  const { model, number, trainer, status } = version;
  const { curves, isPending, error, refetch } = useLiveCurves({ project, model, number });
  const may = useMay();
  const trainers = useQuery({ ...trainersQuery(), enabled: may("server:info:read") === true });
  const stepName = trainers.data?.find(({ name }) => name === trainer)?.iteration_name ?? "step";
  const settings = useCurveSettings();
  const { smoothing, log, zoom, setZoom } = settings;
  const groups = useMemo(() => groupCurves(curves), [curves]);
  const drawn = groups.length > 0 && (isMoving(status) || !groups.every(isSinglePoint));
  const view = useMemo(() => ({ smoothing, log, stepName, zoom }), [smoothing, log, stepName, zoom]);
  const best = version.best_iteration ?? curves?.best_iteration ?? null;

  return (
    <Section title="Learning curves" aside={drawn && <CurveControls settings={settings} stepName={stepName} />}>
      {error ? (
        <ErrorState error={error} retry={refetch} />
      ) : isPending ? (
        <div className={classes.charts}>
          <Skeleton height={286} />
          <Skeleton height={286} />
        </div>
      ) : !drawn ? (
        <p className={classes.nothing}>{whyNothing(status, trainer, stepName, groups.length > 0)}</p>
      ) : (
        <div className={classes.charts}>
          {groups.map((group) => (
            <CurveChart
              key={group.metric}
              group={group}
              view={view}
              best={best}
              onZoom={setZoom}
              chartGroup={`curves ${model}/${number}`}
            />
          ))}
        </div>
      )}
    </Section>
  );
}

function whyNothing(status: string, trainer: string | null, stepName: string, logged: boolean): string {
  if (status === "Queued" || status === "Preprocessing") return "The curves are drawn here while it trains.";
  if (isMoving(status)) return "Nothing was logged yet.";
  if (!logged && (status === "Failed" || status === "Canceled"))
    return `It ended before the first ${stepName} was logged.`;
  return `The trainer ${trainer ?? ""} fits the model in one step, so there is no curve. Its metrics are in the evaluation.`;
}
