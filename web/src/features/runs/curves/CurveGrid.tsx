import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { messageOf } from "@/api/errors";
import { runCurvesQuery } from "@/api/runs";
import type { RunCurve } from "@/api/types";
import { formatDuration, plural } from "@/lib/format";
import type { ChartTheme } from "@/ui/chart/theme";
import { CurveControls } from "@/ui/curves/CurveControls";
import type { CurveView } from "@/ui/curves/curveOption";
import { LineChart, type ThemedLine } from "@/ui/curves/LineChart";
import { columnsOf } from "@/ui/curves/series";
import { useCurveSettings } from "@/ui/curves/useCurveSettings";
import { SearchField } from "@/ui/SearchField";
import { useShow } from "@/ui/table/useShow";
import classes from "./CurveGrid.module.css";
import { groupKeys, inBatches } from "./keys";
import type { runCurveSearch } from "./search";

/** A run whose curves are drawn. */
export interface DrawnRun {
  id: string;
  /** What its line is called; empty where the metric's name is enough. */
  name: string;
  started_at: string;
  color: (theme: ChartTheme) => string;
  dashed: boolean;
}

interface Props {
  project: string;
  /** Must stay the same while nothing changed. */
  runs: DrawnRun[];
  keys: string[];
}

const BATCH = 12;
const HEIGHT = 200;
const CAPTION = 30;

/** Every metric as a small chart of its own: found by name, and fetched when it comes into view. */
export function CurveGrid({ project, runs, keys }: Props) {
  const { find, axis } = useSearch({ strict: false }) as ReturnType<typeof runCurveSearch>;
  const show = useShow<ReturnType<typeof runCurveSearch>>();
  const settings = useCurveSettings();
  const { smoothing, log, zoom, setZoom } = settings;
  const time = axis === "time";
  const stepName = time ? "time" : "step";
  const formatStep = time ? formatDuration : undefined;
  const view = useMemo(
    () => ({ smoothing, log, zoom, stepName, formatStep, legend: false }),
    [smoothing, log, zoom, stepName, formatStep],
  );
  const groups = useMemo(() => groupKeys(keys, find), [keys, find]);

  return (
    <div className={classes.grid}>
      <div className={classes.tools}>
        <SearchField label="Find metrics" value={find} onChange={(next) => show({ find: next })} />
        <SegmentedControl
          aria-label="What the curves are drawn over"
          data={[
            { value: "step", label: "Step" },
            { value: "time", label: "Time" },
          ]}
          value={stepName}
          // A zoom is in the unit of its axis.
          onChange={(next) => {
            show({ axis: next === "time" ? "time" : undefined, zoom: undefined });
          }}
        />
        <CurveControls settings={settings} stepName={stepName} formatStep={formatStep} />
      </div>
      {groups.length === 0 && <p className={classes.quiet}>No metric's name contains “{find}”.</p>}
      {groups.map(({ prefix, keys: members }) => (
        <section key={prefix} aria-label={prefix || "Metrics"} className={classes.group}>
          {prefix && <h2 className={classes.prefix}>{prefix}</h2>}
          {inBatches(members, BATCH).map((batch) => (
            <Batch key={batch[0]} project={project} runs={runs} keys={batch} view={view} time={time} onZoom={setZoom} />
          ))}
        </section>
      ))}
    </div>
  );
}

interface BatchProps {
  project: string;
  runs: DrawnRun[];
  keys: string[];
  view: CurveView;
  time: boolean;
  onZoom: (zoom: [number, number] | null) => void;
}

/** A few charts at once; while they are out of sight only their room is there. */
function Batch({ project, runs, keys, view, time, onZoom }: BatchProps) {
  const box = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const [height, setHeight] = useState<number | null>(null);
  useEffect(() => {
    if (!box.current) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        if (!entry.isIntersecting) setHeight(entry.boundingClientRect.height);
        setNear(entry.isIntersecting);
      },
      { rootMargin: "500px" },
    );
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const ids = useMemo(() => runs.map(({ id }) => id), [runs]);
  const query = useQuery({ ...runCurvesQuery(project, ids, keys), enabled: near });
  return (
    <div ref={box} className={classes.charts} style={near || height === null ? undefined : { height }}>
      {(near || height === null) &&
        keys.map((key) => (
          <MetricChart
            key={key}
            metric={key}
            curves={near ? query.data : undefined}
            runs={runs}
            view={view}
            time={time}
            onZoom={onZoom}
            error={query.error}
          />
        ))}
    </div>
  );
}

interface ChartProps extends Omit<BatchProps, "project" | "keys"> {
  metric: string;
  curves: RunCurve[] | undefined;
  error: Error | null;
}

function MetricChart({ metric, curves, runs, view, time, onZoom, error }: ChartProps) {
  const lines = useMemo(() => {
    return runs.flatMap((run): ThemedLine[] => {
      const points = curves?.find(({ run_id, key }) => run_id === run.id && key === metric)?.points;
      if (!points) return [];
      const start = Date.parse(run.started_at);
      const { steps, values } = columnsOf(points, time ? ({ timestamp_ms }) => timestamp_ms - start : undefined);
      return [{ name: run.name || metric, color: run.color, dashed: run.dashed, steps, values }];
    });
  }, [curves, runs, metric, time]);
  if (!curves) {
    return (
      <div className={classes.room} style={{ height: HEIGHT + CAPTION }}>
        {error && <p className={classes.quiet}>{messageOf(error)}</p>}
      </div>
    );
  }
  const without = runs.length - lines.length;
  return (
    <LineChart
      title={metric}
      lines={lines}
      view={view}
      height={HEIGHT}
      group="runs"
      note={without > 0 ? `Not logged by ${plural(without, "run")}.` : null}
      onZoom={onZoom}
    />
  );
}
