import { useCallback, useMemo } from "react";
import { formatNumber } from "@/lib/format";
import { Chart } from "../chart/Chart";
import { type ChartTheme, useChartTheme } from "../chart/theme";
import { ScrollRegion } from "../ScrollRegion";
import classes from "./Curves.module.css";
import { type CurveView, curveOption, type Line } from "./curveOption";
import { isPositive, tableOf } from "./series";
import type { Zoom } from "./useCurveSettings";

export interface ThemedLine extends Omit<Line, "color"> {
  color: (theme: ChartTheme) => string;
}

interface Props {
  title: string;
  /** Must stay the same while nothing changed. */
  lines: ThemedLine[];
  /** Must stay the same while nothing changed. */
  view: CurveView;
  height?: number;
  group: string;
  /** What the chart cannot show, said below it. */
  note?: string | null;
  onZoom: (zoom: Zoom) => void;
}

/** Curves over each other; where none has more than a point, their values. */
export function LineChart({ title, lines, view, height = 260, group, note, onZoom }: Props) {
  const log = view.log && isPositive(lines);
  const option = useCallback(
    (theme: ChartTheme) => {
      const colored = lines.map((line) => ({ ...line, color: line.color(theme) }));
      return curveOption(theme, colored, { ...view, log });
    },
    [lines, view, log],
  );
  const data = useMemo(() => tableOf(lines), [lines]);
  if (lines.every(({ steps }) => steps.length < 2)) {
    return <Values title={title} lines={lines} view={view} note={note} />;
  }
  const named = view.log && !log ? `${title} (linear: it has values of 0 or below)` : title;
  const hasNumbers = lines.some(({ values }) => values.some(Number.isFinite));
  return (
    <Chart
      title={named}
      option={option}
      data={data}
      height={height}
      group={group}
      empty={hasNumbers ? null : "Only NaN or infinite values."}
      note={note}
      onZoom={onZoom}
    />
  );
}

function Values({ title, lines, view, note }: Pick<Props, "title" | "lines" | "view" | "note">) {
  const theme = useChartTheme();
  const { stepName, formatStep = String } = view;
  const list = (
    <dl className={classes.values}>
      {lines.map(({ name, color, steps, values }) => (
        <div key={name}>
          {/* The one line of a chart that is called as the chart needs no name of its own. */}
          <dt className={lines.length === 1 && name === title ? classes.unseen : undefined}>
            {lines.length > 1 && <span className={classes.swatch} style={{ background: color(theme) }} aria-hidden />}
            {name}
          </dt>
          <dd title={values[0] === undefined ? undefined : String(values[0])}>
            {formatNumber(values[0])}
            {steps[0] !== undefined && (
              <small>
                {stepName} {formatStep(steps[0])}
              </small>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
  return (
    <section aria-label={title}>
      <p className={classes.title}>
        {title}
        {lines.length > MAX_VISIBLE_LINES && (
          <span className={classes.count}>{lines.length} values, scroll to see all</span>
        )}
      </p>
      {lines.length > MAX_VISIBLE_LINES ? (
        <ScrollRegion label={`Values of ${title}`} className={classes.many}>
          {list}
        </ScrollRegion>
      ) : (
        list
      )}
      {note && <p className={classes.note}>{note}</p>}
    </section>
  );
}

// More would make the list higher than the charts beside it.
const MAX_VISIBLE_LINES = 6;
