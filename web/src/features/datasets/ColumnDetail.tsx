import type { EChartsOption } from "echarts";
import { useCallback } from "react";
import type { ColumnProfile, NumberStatistics } from "@/api/types";
import { formatCount, formatDay, formatExact, formatNumber, formatShare, formatValue, plural } from "@/lib/format";
import { axis } from "@/ui/chart/base";
import { Chart } from "@/ui/chart/Chart";
import type { ChartTheme } from "@/ui/chart/theme";
import { Facts, Section } from "@/ui/Section";
import classes from "./ColumnDetail.module.css";
import { ColumnType } from "./ColumnType";

/** Everything known of one column. */
export function ColumnDetail({ column, rowCount }: { column: ColumnProfile; rowCount: number }) {
  const { notes = [] } = column;
  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.name}>{column.name}</h2>
        <ColumnType column={column} />
        <code className={classes.type}>{column.data_type}</code>
      </div>
      {notes.length > 0 && (
        <ul className={classes.notes} aria-label="How the column was read">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <Facts items={facts(column, rowCount)} />
      {column.histogram.length > 0 && <Histogram column={column} />}
      {column.number && <Quantiles number={column.number} />}
      {tellingValues(column) && <TopValues column={column} />}
      {nothingDrawn(column) && <p className={classes.why}>{nothingDrawn(column)}</p>}
    </>
  );
}

function facts(column: ColumnProfile, rowCount: number): [string, React.ReactNode][] {
  const items: [string, React.ReactNode][] = [
    ["With a value", formatCount(column.count)],
    ["Missing", `${formatCount(column.missing_count)} (${formatShare(column.missing_count, rowCount)})`],
    ["Distinct", `${column.distinct_is_estimate ? "≈ " : ""}${formatCount(column.distinct_count)}`],
  ];
  const { number } = column;
  if (number) {
    items.push(["Mean", formatNumber(number.mean)], ["Standard deviation", formatNumber(number.standard_deviation)]);
    items.push(["Zeros", formatCount(number.zero_count)]);
    if (number.non_finite_count > 0) items.push(["NaN or infinite", formatCount(number.non_finite_count)]);
  }
  if (column.earliest && column.latest) {
    const show = momentOf(column);
    items.push(["Earliest", show(new Date(column.earliest))], ["Latest", show(new Date(column.latest))]);
  }
  if (column.mean_length != null) items.push(["Mean length", `${formatNumber(column.mean_length)} characters`]);
  return items;
}

function Histogram({ column }: { column: ColumnProfile }) {
  const { histogram, feature_type } = column;
  const moment = momentOf(column);
  const show = feature_type === "date" ? (value: number) => moment(new Date(value * 1_000)) : formatValue;
  const option = useCallback(
    (theme: ChartTheme): EChartsOption => {
      const label = feature_type === "date" ? shortDate : formatValue;
      return {
        xAxis: { ...axis(theme, "category"), data: histogram.map((bin) => label(bin.low)) },
        yAxis: { ...axis(theme, "value"), splitNumber: 3 },
        legend: { show: false },
        grid: { top: 8 },
        series: [
          {
            type: "bar",
            name: "Rows",
            data: histogram.map((bin) => bin.count),
            barCategoryGap: "8%",
            itemStyle: { color: theme.accent, borderRadius: [2, 2, 0, 0] },
          },
        ],
      };
    },
    [histogram, feature_type],
  );
  return (
    <Chart
      title={`Distribution of ${column.name}`}
      option={option}
      height={210}
      note={notDrawn(column)}
      data={{
        columns: ["from", "to", "rows"],
        rows: histogram.map((bin) => [show(bin.low), show(bin.high), bin.count]),
      }}
    />
  );
}

/** How a moment of a column is written: without a time where the column has none. */
const momentOf = ({ data_type }: ColumnProfile) => (data_type === "DATE" ? formatDay : formatExact);

/** What has no place on the axis. */
function notDrawn({ missing_count, number }: ColumnProfile): string | null {
  const odd = number?.non_finite_count ?? 0;
  const parts = [
    ...(missing_count > 0 ? [`${formatCount(missing_count)} missing`] : []),
    ...(odd > 0 ? [`${formatCount(odd)} NaN or infinite`] : []),
  ];
  return parts.length > 0 ? `Not drawn: ${parts.join(", ")}.` : null;
}

const shortDate = (seconds: number) => new Date(seconds * 1_000).toISOString().slice(0, 10);

const QUANTILES = [
  ["0.05", "5%"],
  ["0.25", "25%"],
  ["0.5", "Median"],
  ["0.75", "75%"],
  ["0.95", "95%"],
] as const;

function Quantiles({ number }: { number: NumberStatistics }) {
  const items: [string, number | undefined][] = [
    ["Minimum", number.minimum],
    ...QUANTILES.map(([key, label]): [string, number | undefined] => [label, number.quantiles[key]]),
    ["Maximum", number.maximum],
  ];
  return (
    <Section title="Quantiles">
      <dl className={classes.quantiles}>
        {items.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd title={String(value)}>{formatValue(value)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

/** Of a continuous number the most frequent values are accidents, and say nothing. */
function tellingValues(column: ColumnProfile): boolean {
  const most = column.top_values[0]?.count ?? 0;
  return most > 0 && (column.distinct_count <= 20 || most >= 0.05 * column.count);
}

/** Why there is nothing to see of a column below its facts. */
function nothingDrawn(column: ColumnProfile): string | null {
  if (column.histogram.length > 0 || column.number || tellingValues(column)) return null;
  if (column.count === 0) return "The column has no values.";
  return (
    `Too many different values to list: ${column.distinct_is_estimate ? "about " : ""}` +
    `${formatCount(column.distinct_count)} among ${plural(column.count, "row")}.`
  );
}

function TopValues({ column }: { column: ColumnProfile }) {
  const most = Math.max(1, ...column.top_values.map((top) => top.count));
  return (
    <Section title={column.distinct_count > column.top_values.length ? "Most frequent values" : "Values"}>
      <ol className={classes.top}>
        {column.top_values.map(({ value, count }) => (
          <li key={value}>
            <span className={classes.bar} style={{ width: `${(100 * count) / most}%` }} aria-hidden />
            <span className={classes.value} title={value}>
              {value === "" ? "(empty text)" : value}
            </span>
            <span className={classes.count}>
              {formatCount(count)} <span className={classes.share}>{formatShare(count, column.count)}</span>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
