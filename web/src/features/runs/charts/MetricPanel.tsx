import { useCallback, useMemo } from "react";
import type { RunCurve, RunSummary } from "@/api/types";
import { formatDuration, plural } from "@/lib/format";
import { Chart } from "@/ui/chart/Chart";
import type { ChartTheme } from "@/ui/chart/theme";
import type { CurveView } from "@/ui/curves/curveOption";
import { LineChart, type ThemedLine } from "@/ui/curves/LineChart";
import { columnsOf } from "@/ui/curves/series";
import { colorOf, isDashed } from "../compare/RunMark";
import { groupRuns, meanOf } from "./groups";
import { pointsOption } from "./pointsOption";

const HEIGHT = 210;

interface Props {
  metric: string;
  runs: RunSummary[];
  curves: RunCurve[];
  group: string | undefined;
  view: CurveView;
  time: boolean;
  onZoom: (zoom: [number, number] | null) => void;
}

/** One metric of the runs: curves, of each run or the mean of each group, or the last values where nothing has steps. */
export function MetricPanel({ metric, runs, curves, group, view, time, onZoom }: Props) {
  const drawn = useMemo(() => {
    const own = new Map(curves.filter(({ key }) => key === metric).map((curve) => [curve.run_id, curve.points]));
    return runs.flatMap((run, index) => {
      const points = own.get(run.id);
      if (!points) return [];
      const start = Date.parse(run.started_at);
      return [{ run, index, ...columnsOf(points, time ? (point) => point.timestamp_ms - start : undefined) }];
    });
  }, [curves, runs, metric, time]);
  const single = drawn.every(({ steps }) => steps.length < 2);
  const lines = useMemo((): ThemedLine[] => {
    if (!group) {
      return drawn.map(({ run, index, steps, values }) => ({
        name: `${run.name} (${run.id.slice(0, 6)})`,
        color: (theme: ChartTheme) => colorOf(theme, index),
        dashed: isDashed(index),
        steps,
        values,
      }));
    }
    const groups = groupRuns(
      drawn.map((each) => ({ ...each, params: each.run.params })),
      group,
    );
    return groups.map(({ value, members }, index) => ({
      name: `${value} (${plural(members.length, "run")})`,
      color: (theme: ChartTheme) => colorOf(theme, index),
      dashed: isDashed(index),
      ...meanOf(members),
    }));
  }, [drawn, group]);
  const without = runs.length - drawn.length;
  const note = without > 0 ? `Not logged by ${plural(without, "run")}.` : null;
  const title = group ? `${metric} by ${group}` : metric;
  const shown = useMemo(
    () => ({ ...view, legend: Boolean(group), formatStep: time ? formatDuration : undefined }),
    [view, group, time],
  );
  if (drawn.length === 0) return <Chart title={title} option={NOTHING} data={NO_DATA} empty="No run has logged it." />;
  if (single)
    return <Points title={title} metric={metric} runs={drawn.map(({ run }) => run)} group={group} note={note} />;
  return (
    <LineChart
      title={group ? `${title}: mean ± standard deviation` : title}
      lines={lines}
      view={shown}
      height={group ? HEIGHT + 28 : HEIGHT}
      group="runs beside"
      note={note}
      onZoom={onZoom}
    />
  );
}

const NOTHING = () => ({});
const NO_DATA = { columns: [], rows: [] };

interface PointsProps extends Pick<Props, "metric" | "runs" | "group"> {
  title: string;
  note: string | null;
}

function Points({ title, metric, runs, group, note }: PointsProps) {
  // The oldest on the left, as time goes.
  const points = useMemo(() => {
    const groups = group
      ? groupRuns(runs, group)
      : [...runs].reverse().map((run) => ({ value: run.id, members: [run] }));
    return groups.flatMap(({ value, members }, index) =>
      members.map((run) => ({ run: run.name, at: value, value: run.metrics[metric] ?? "NaN", index })),
    );
  }, [runs, group, metric]);
  const option = useCallback(
    (theme: ChartTheme) => {
      const colored = points.map((point) => ({ ...point, color: group ? colorOf(theme, point.index) : theme.accent }));
      return pointsOption(theme, colored, Boolean(group));
    },
    [points, group],
  );
  const data = useMemo(
    () => ({
      columns: ["run", ...(group ? [group] : []), metric],
      rows: points.map(({ run, at, value }) => [run, ...(group ? [at] : []), value]),
    }),
    [points, group, metric],
  );
  return <Chart title={title} option={option} data={data} height={HEIGHT} note={note} />;
}
