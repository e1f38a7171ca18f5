import { Link } from "@tanstack/react-router";
import type { RunColumns, RunSummary } from "@/api/types";
import { formatNumber, shortId } from "@/lib/format";
import { StatusBadge } from "@/ui/StatusBadge";
import { Duration, Elapsed, Time } from "@/ui/Time";
import type { DataColumn } from "@/ui/table/types";
import type { ColumnNames } from "./defaultColumns";
import { type Nesting, RunName } from "./RunName";
import classes from "./Runs.module.css";

const MAX_WIDTH = 220;
/** Of a letter in a heading, and of what stands beside it, in pixels. */
const LETTER = 6.6;
const BESIDE = 38;

/** Widths are fixed so that columns stay where they are while rows come and go. */
export function runColumns(
  project: string,
  names: RunColumns,
  {
    several,
    narrow,
    nesting,
    usual,
  }: { several: boolean; narrow: boolean; nesting: Nesting | null; usual: ColumnNames },
): DataColumn<RunSummary>[] {
  return [
    {
      id: "name",
      header: "Name",
      sort: "run_name",
      sortFirst: "asc",
      fixed: true,
      pinned: true,
      width: narrow ? 170 : 250,
      cell: (run) => <RunName project={project} run={run} nesting={nesting} />,
    },
    ...attributes(project, several),
    ...names.metrics.map((key) => metricColumn(key, !usual.metrics.includes(key))),
    ...names.params.map((key) => paramColumn(key, !usual.params.includes(key))),
    ...names.tags.filter((key) => !key.startsWith("mlflow.")).map(tagColumn),
  ];
}

function attributes(project: string, several: boolean): DataColumn<RunSummary>[] {
  const experiment: DataColumn<RunSummary> = {
    id: "experiment",
    header: "Experiment",
    width: 150,
    cell: ({ experiment_id, experiment_name }) => (
      <Link
        to="/p/$project/experiments/$experiment"
        params={{ project, experiment: experiment_id }}
        className={`text-link ${classes.cut}`}
        title={experiment_name}
      >
        {experiment_name}
      </Link>
    ),
  };
  const columns: DataColumn<RunSummary>[] = [
    {
      id: "status",
      header: "Status",
      sort: "status",
      sortFirst: "asc",
      width: 110,
      cell: ({ status }) => <StatusBadge status={status} />,
    },
    ...(several ? [experiment] : []),
    {
      id: "started",
      header: "Started",
      sort: "start_time",
      width: 116,
      cell: ({ started_at }) => <Time at={started_at} />,
    },
    {
      id: "duration",
      header: "Duration",
      sort: "duration_seconds",
      align: "right",
      width: 90,
      cell: (run) => <RunDuration run={run} />,
    },
    { id: "models", header: "Models", width: 130, cell: ({ models }) => <Models project={project} models={models} /> },
    {
      id: "inputs",
      header: "Datasets",
      hidden: true,
      width: 130,
      cell: ({ inputs }) => <Cut text={[...new Set(inputs)].join(", ")} />,
    },
    {
      id: "user",
      header: "User",
      sort: "user_id",
      sortFirst: "asc",
      hidden: true,
      width: 110,
      cell: ({ user }) => <Cut text={user} />,
    },
    {
      id: "source",
      header: "Source",
      hidden: true,
      width: 150,
      cell: ({ source_name }) => <Cut text={source_name ?? ""} />,
    },
    {
      id: "ended",
      header: "Ended",
      sort: "end_time",
      hidden: true,
      width: 116,
      cell: ({ ended_at }) => (ended_at ? <Time at={ended_at} /> : "–"),
    },
    {
      id: "run_id",
      header: "Run ID",
      hidden: true,
      width: 100,
      cell: ({ id }) => (
        <code className="mono" title={id}>
          {shortId(id)}
        </code>
      ),
    },
  ];
  return columns.map((column) => ({ ...column, group: "Run" }));
}

/** In pixels; room for the whole key unless it is very long. */
const widthFor = (key: string, least: number) => Math.min(Math.max(least, key.length * LETTER + BESIDE), MAX_WIDTH);

function metricColumn(key: string, hidden: boolean): DataColumn<RunSummary> {
  return {
    id: `metrics.${key}`,
    header: key,
    sort: `metrics.${key}`,
    group: "Metrics",
    align: "right",
    width: widthFor(key, 104),
    hidden,
    cell: ({ metrics }) => {
      const value = metrics[key];
      return <span title={value === undefined ? undefined : String(value)}>{formatNumber(value)}</span>;
    },
  };
}

function paramColumn(key: string, hidden: boolean): DataColumn<RunSummary> {
  return {
    id: `params.${key}`,
    header: key,
    sort: `params.${key}`,
    sortFirst: "asc",
    group: "Params",
    width: widthFor(key, 120),
    hidden,
    cell: ({ params }) => <Cut text={params[key]} />,
  };
}

function tagColumn(key: string): DataColumn<RunSummary> {
  return {
    id: `tags.${key}`,
    header: key,
    sort: `tags.${key}`,
    sortFirst: "asc",
    group: "Tags",
    width: widthFor(key, 120),
    hidden: true,
    cell: ({ tags }) => <Cut text={tags[key]} />,
  };
}

function Cut({ text }: { text: string | undefined }) {
  return text ? (
    <span className={classes.cut} title={text}>
      {text}
    </span>
  ) : (
    <span className={classes.none}>–</span>
  );
}

export function RunDuration({ run }: { run: Pick<RunSummary, "duration_seconds" | "status" | "started_at"> }) {
  if (run.duration_seconds === null && run.status === "Running") return <Elapsed since={run.started_at} />;
  return <Duration ms={run.duration_seconds === null ? null : run.duration_seconds * 1_000} />;
}

function Models({ project, models }: { project: string; models: RunSummary["models"] }) {
  if (models.length === 0) return <span className={classes.none}>–</span>;
  return (
    <span className={classes.models}>
      {models.slice(0, 2).map(({ model, number }) => (
        <Link
          key={`${model}/${number}`}
          to="/p/$project/models/$model/versions/$number"
          params={{ project, model, number }}
          className={`text-link ${classes.model}`}
          title={`${model}/${number}`}
        >
          <span className="truncate">{model}</span>
          <span className={classes.number}>/{number}</span>
        </Link>
      ))}
      {models.length > 2 && <span className={classes.none}>+{models.length - 2}</span>}
    </span>
  );
}
