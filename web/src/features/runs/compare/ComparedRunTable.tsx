import { Link, useSearch } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import type { RunSummary } from "@/api/types";
import { type ComparedRow, ComparedTable, cellOf, OnlyDifferences } from "@/ui/compared/ComparedTable";
import { SearchField } from "@/ui/SearchField";
import { StatusBadge } from "@/ui/StatusBadge";
import { Time } from "@/ui/Time";
import { useShow } from "@/ui/table/useShow";
import { RunDuration } from "../runColumns";
import classes from "./CompareRuns.module.css";
import { RunMark } from "./RunMark";
import type { compareRunsSearch } from "./search";
import { bestOf, comparedRows, type Family, type LoggedRow, shownValue } from "./values";

type Search = ReturnType<typeof compareRunsSearch>;

const GROUPS = [
  ["params", "Params"],
  ["metrics", "Metrics"],
  ["tags", "Tags"],
] as const;
const FACTS: [string, (run: RunSummary) => ReactNode][] = [
  ["Status", ({ status }) => <StatusBadge status={status} />],
  ["Started", ({ started_at }) => <Time at={started_at} />],
  ["Duration", (run) => <RunDuration run={run} />],
  ["User", ({ user }) => user || "–"],
];

/** Params, metrics and tags side by side; what differs stands out, and so does the best value of a metric. */
export function ComparedRunTable({ project, runs }: { project: string; runs: RunSummary[] }) {
  const { all = false, find } = useSearch({ strict: false }) as Search;
  const show = useShow<Search>();
  const rows = useMemo(() => comparedRows(runs), [runs]);
  const logged = GROUPS.flatMap(([family]) => rows[family]);
  const isNothing = !all && !logged.some(({ differs }) => differs);
  const search = (find ?? "").trim().toLowerCase();
  const groups = GROUPS.map(([family, title]) => ({
    title,
    rows: rows[family]
      .filter(({ key, differs }) => (all || differs) && key.toLowerCase().includes(search))
      .map((row) => valueRow(row, family)),
  }));
  return (
    <>
      <div className={classes.filters}>
        <SearchField label="Find params and metrics" value={find} onChange={(next) => show({ find: next })} />
        <OnlyDifferences rows={logged} all={all} onChange={(next) => show({ all: next })} />
      </div>
      <ComparedTable
        label="Runs side by side"
        columns={runs.map(({ id, name }, index) => ({ key: id, head: <Head {...{ project, id, name, index }} /> }))}
        groups={[{ rows: factRows(runs) }, ...groups.filter((group) => group.rows.length > 0)]}
        numbers
      />
      {isNothing && <p className={classes.quiet}>These runs logged the same values.</p>}
    </>
  );
}

function Head({ project, id, name, index }: { project: string; id: string; name: string; index: number }) {
  return (
    <Link to="/p/$project/runs/$run" params={{ project, run: id }} className={`text-link ${classes.head}`} title={name}>
      <RunMark name={name} index={index} />
    </Link>
  );
}

function factRows(runs: RunSummary[]): ComparedRow[] {
  const several = new Set(runs.map(({ experiment_id }) => experiment_id)).size > 1;
  const facts: typeof FACTS = several ? [...FACTS, ["Experiment", (run) => run.experiment_name]] : FACTS;
  return facts.map(([term, cell]) => ({ key: term, title: term, cell: cellOf(runs, cell) }));
}

function valueRow({ axis, key, values, differs }: LoggedRow, family: Family): ComparedRow {
  return {
    key: axis,
    title: key,
    cell: cellOf(values, (value) => (
      <span className={classes.value} title={value}>
        {shownValue(value, family)}
      </span>
    )),
    differs,
    best: family === "metrics" ? bestOf(key, values) : undefined,
  };
}
