import { Select } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { plural } from "@/lib/format";
import { Chart } from "@/ui/chart/Chart";
import type { ChartTheme } from "@/ui/chart/theme";
import { useShow } from "@/ui/table/useShow";
import { axisChoices } from "./axes";
import classes from "./CompareRuns.module.css";
import { type MarkedRun, scatterOption, withEither } from "./options";
import type { compareRunsSearch } from "./search";
import { axisName, comparedRows, defaultAxes, defaultMetrics, loggedOf } from "./values";

type Search = ReturnType<typeof compareRunsSearch>;

/** Each run as a point: one value over another, by themselves those that tell most. */
export function ScatterView({ runs }: { runs: MarkedRun[] }) {
  const search = useSearch({ strict: false }) as Search;
  const show = useShow<Search>();
  const rows = useMemo(() => comparedRows(runs), [runs]);
  const usual = useMemo(() => defaultAxes(rows), [rows]);
  const metrics = useMemo(() => defaultMetrics(rows.metrics), [rows]);
  const x = search.x ?? usual[0];
  const y = search.y ?? metrics.find((axis) => axis !== x) ?? usual[1] ?? x;
  const choices = useMemo(() => axisChoices(rows), [rows]);
  const option = useCallback((theme: ChartTheme) => (x && y ? scatterOption(theme, runs, x, y) : {}), [runs, x, y]);
  const shown = useMemo(() => (x && y ? withEither(runs, x, y) : []), [runs, x, y]);
  const left = runs.length - shown.length;
  const data = useMemo(
    () => ({
      columns: ["run", axisName(x ?? ""), axisName(y ?? "")],
      rows: shown.map((run) => [run.name, loggedOf(run, x ?? "") ?? null, loggedOf(run, y ?? "") ?? null]),
    }),
    [shown, x, y],
  );
  const select = (label: string, value: string | undefined, onChange: (axis: string) => void) => (
    <Select
      label={label}
      data={choices}
      value={value ?? null}
      onChange={(next) => next && onChange(next)}
      searchable
      w={240}
    />
  );
  return (
    <>
      <div className={classes.tools}>
        {select("X axis", x, (axis) => show({ x: axis }))}
        {select("Y axis", y, (axis) => show({ y: axis }))}
      </div>
      <Chart
        title={x && y ? `${axisName(y)} over ${axisName(x)}` : "Scatter"}
        option={option}
        data={data}
        height={440}
        empty={shown.length === 0 ? "None of these runs has either value." : null}
        note={left > 0 ? `${plural(left, "run")} with neither value: not drawn.` : null}
      />
    </>
  );
}
