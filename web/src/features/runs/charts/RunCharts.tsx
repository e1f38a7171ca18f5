import { CloseButton, MultiSelect, Select } from "@mantine/core";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { messageOf } from "@/api/errors";
import { keys } from "@/api/keys";
import { runCurvesQuery } from "@/api/runs";
import type { RunColumns, RunSummary } from "@/api/types";
import { CurveControls } from "@/ui/curves/CurveControls";
import { useCurveSettings } from "@/ui/curves/useCurveSettings";
import { useShow } from "@/ui/table/useShow";
import { defaultColumns } from "../defaultColumns";
import { MetricPanel } from "./MetricPanel";
import classes from "./RunCharts.module.css";
import type { runChartSearch } from "./search";

type Search = Partial<ReturnType<typeof runChartSearch>>;

interface Props {
  project: string;
  /** Those of the table, in its order. */
  runs: RunSummary[];
  names: RunColumns;
}

export const MAX_DRAWN_RUNS = 50;
const MAX_METRICS = 12;
const MIN_INTERVAL_MS = 2_000;

/** Metrics of the runs in the table, drawn beside it and kept up to date; grouped by a param on demand. */
export function RunCharts({ project, runs: all, names }: Props) {
  const { chart, group, axis } = useSearch({ strict: false }) as Search;
  const show = useShow<Search>();
  const settings = useCurveSettings();
  const { smoothing, log, zoom, setZoom } = settings;
  const runs = useMemo(() => all.slice(0, MAX_DRAWN_RUNS), [all]);
  const usual = useMemo(() => defaultColumns(runs, names), [runs, names]);
  const metrics = chart ?? usual.metrics;
  const ids = useMemo(() => runs.map(({ id }) => id), [runs]);
  const curves = useQuery({ ...runCurvesQuery(project, ids, metrics, 200), placeholderData: keepPreviousData });
  useFreshCurves(project, runs);
  const view = useMemo(() => ({ smoothing, log, zoom, stepName: axis ?? "step" }), [smoothing, log, zoom, axis]);
  return (
    <aside className={classes.panel} aria-label="Charts of the runs">
      <div className={classes.tools}>
        <MultiSelect
          label="Metrics"
          data={names.metrics}
          value={metrics}
          onChange={(next) => show({ chart: next.length > 0 ? next : undefined })}
          maxValues={MAX_METRICS}
          searchable
          className={classes.metrics}
        />
        <Select
          label="Group by"
          placeholder="Each run"
          data={names.params}
          value={group ?? null}
          onChange={(next) => show({ group: next ?? undefined })}
          searchable
          clearable
          w={160}
        />
        <CloseButton
          className={classes.close}
          aria-label="Close the charts"
          onClick={() => show({ charts: undefined })}
        />
      </div>
      <CurveControls settings={settings} stepName={view.stepName} />
      {all.length > runs.length && (
        <p className={classes.quiet}>The first {MAX_DRAWN_RUNS} runs of the table are drawn.</p>
      )}
      {curves.error && <p className={classes.quiet}>{messageOf(curves.error)}</p>}
      {metrics.length === 0 && <p className={classes.quiet}>These runs logged no metrics.</p>}
      {curves.data &&
        metrics.map((metric) => (
          <MetricPanel
            key={metric}
            metric={metric}
            runs={runs}
            curves={curves.data}
            group={group}
            view={view}
            time={axis === "time"}
            onZoom={setZoom}
          />
        ))}
    </aside>
  );
}

/** Fetches the curves again when something was logged on the runs, which renews their rows; not too often. */
function useFreshCurves(project: string, runs: RunSummary[]): void {
  const queries = useQueryClient();
  const known = useRef(runs);
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    const same = known.current;
    known.current = runs;
    const changed = runs.some((run) => same.some((old) => old.id === run.id && old !== run));
    if (!changed || waiting.current !== null) return;
    waiting.current = setTimeout(() => {
      waiting.current = null;
      queries.invalidateQueries({ queryKey: keys.allRunCurves(project) });
    }, MIN_INTERVAL_MS);
  }, [queries, project, runs]);
  useEffect(() => () => clearTimeout(waiting.current ?? undefined), []);
}
