import { MultiSelect, Select } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { formatValue, plural } from "@/lib/format";
import { Chart } from "@/ui/chart/Chart";
import { type ChartTheme, useChartTheme } from "@/ui/chart/theme";
import { useShow } from "@/ui/table/useShow";
import { axisChoices } from "./axes";
import classes from "./CompareRuns.module.css";
import { gradient, gradientStops, type MarkedRun, parallelOption } from "./options";
import type { compareRunsSearch } from "./search";
import { axisName, comparedRows, defaultAxes, hasNumbers, loggedOf, numberOf } from "./values";

type Search = ReturnType<typeof compareRunsSearch>;

/** Each run as a line through its params and metrics: which of them go together with which result. */
export function ParallelView({ runs }: { runs: MarkedRun[] }) {
  const search = useSearch({ strict: false }) as Search;
  const show = useShow<Search>();
  const rows = useMemo(() => comparedRows(runs), [runs]);
  const axes = useMemo(() => search.axes ?? defaultAxes(rows), [search.axes, rows]);
  const choices = useMemo(() => axisChoices(rows), [rows]);
  const by = search.color && hasNumbers(runs, search.color) ? search.color : null;
  const numeric = useMemo(() => axisChoices(rows, (axis) => hasNumbers(runs, axis)), [rows, runs]);

  const option = useCallback(
    (theme: ChartTheme) => {
      const colors = by ? gradient(theme, runs, by) : null;
      const drawn = colors ? runs.map((run, index) => ({ ...run, color: colors[index] ?? theme.quiet })) : runs;
      return parallelOption(theme, drawn, axes);
    },
    [runs, axes, by],
  );
  const data = useMemo(
    () => ({
      columns: ["run", ...axes.map(axisName)],
      rows: runs.map((run) => [run.name, ...axes.map((axis) => numberOf(run, axis) ?? loggedOf(run, axis) ?? null)]),
    }),
    [runs, axes],
  );
  return (
    <>
      <div className={classes.tools}>
        <MultiSelect
          label="Axes"
          data={choices}
          value={axes}
          onChange={(next) => show({ axes: next.length > 0 ? next : undefined })}
          searchable
          maxValues={20}
          className={classes.axes}
        />
        <Select
          label="Color by"
          placeholder="Run"
          data={numeric}
          value={by}
          onChange={(next) => show({ color: next ?? undefined })}
          searchable
          clearable
          w={220}
        />
        {by && <Scale runs={runs} axis={by} />}
      </div>
      <div className={classes.scroll}>
        <div style={{ minWidth: axes.length * 110 }}>
          <Chart
            title="Parallel coordinates"
            option={option}
            data={data}
            height={440}
            empty={axes.length < 2 ? "Choose at least two axes." : null}
          />
        </div>
      </div>
      <p className={classes.quiet}>Drag along an axis to keep only the runs within; click it to clear the selection.</p>
    </>
  );
}

function Scale({ runs, axis }: { runs: MarkedRun[]; axis: string }) {
  const theme = useChartTheme();
  const values = runs.flatMap((run) => numberOf(run, axis) ?? []);
  const stops = gradientStops(theme);
  const without = runs.length - values.length;
  return (
    <span className={classes.scale}>
      <span className="tabular">{formatValue(Math.min(...values))}</span>
      <span className={classes.gradient} style={{ background: `linear-gradient(90deg, ${stops.join(", ")})` }} />
      <span className="tabular">{formatValue(Math.max(...values))}</span>
      {without > 0 && (
        <>
          <span className={classes.without} aria-hidden />
          <span>{plural(without, "run")} without a number</span>
        </>
      )}
    </span>
  );
}
