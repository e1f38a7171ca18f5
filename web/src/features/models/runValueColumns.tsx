import type { VersionColumns, VersionRow } from "@/api/types";
import { formatNumber } from "@/lib/format";
import type { DataColumn } from "@/ui/table/types";

const MAX_METRICS = 3;
const MAX_PARAMS = 2;
const MAX_WIDTH = 220;
/** Of a letter in a heading, and of what stands beside it, in pixels. */
const LETTER = 6.6;
const BESIDE = 38;

/** What tells versions apart that were registered: they have no metric of the model's own. */
export const usualColumns = ({ run_metrics, run_params }: VersionColumns): string[] => [
  ...run_metrics.slice(0, MAX_METRICS).map((key) => `run_metrics.${key}`),
  ...run_params.slice(0, MAX_PARAMS).map((key) => `run_params.${key}`),
];

/** A column for each metric and param of the runs that made the versions; hidden unless usual. */
export function runValueColumns(names: VersionColumns, usual: string[]): DataColumn<VersionRow>[] {
  return [
    ...names.run_metrics.map((key) => metricColumn(key, !usual.includes(`run_metrics.${key}`))),
    ...names.run_params.map((key) => paramColumn(key, !usual.includes(`run_params.${key}`))),
  ];
}

const widthOf = (key: string) => Math.min(Math.max(104, key.length * LETTER + BESIDE), MAX_WIDTH);

function metricColumn(key: string, hidden: boolean): DataColumn<VersionRow> {
  const id = `run_metrics.${key}`;
  return {
    id,
    header: key,
    sort: id,
    group: "Metrics of the run",
    align: "right",
    width: widthOf(key),
    hidden,
    cell: ({ run_metrics = {} }) => {
      const value = run_metrics[key];
      return <span title={value === undefined ? undefined : String(value)}>{formatNumber(value)}</span>;
    },
  };
}

function paramColumn(key: string, hidden: boolean): DataColumn<VersionRow> {
  const id = `run_params.${key}`;
  return {
    id,
    header: key,
    sort: id,
    sortFirst: "asc",
    group: "Params of the run",
    width: widthOf(key),
    hidden,
    cell: ({ run_params = {} }) => {
      const value = run_params[key];
      return (
        <span className="truncate" title={value}>
          {value ?? "–"}
        </span>
      );
    },
  };
}
