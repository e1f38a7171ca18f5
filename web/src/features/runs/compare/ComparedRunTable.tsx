import { Switch, VisuallyHidden } from "@mantine/core";
import { Link, useSearch } from "@tanstack/react-router";
import { Fragment, type ReactNode, useMemo } from "react";
import type { RunSummary } from "@/api/types";
import table from "@/features/compare/Compare.module.css";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { SearchField } from "@/ui/SearchField";
import { StatusBadge } from "@/ui/StatusBadge";
import { Time } from "@/ui/Time";
import { useShow } from "@/ui/table/useShow";
import { RunDuration } from "../runColumns";
import classes from "./CompareRuns.module.css";
import { RunMark } from "./RunMark";
import type { compareRunsSearch } from "./search";
import { bestOf, type ComparedRow, comparedRows, shownValue } from "./values";

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
  const count = GROUPS.flatMap(([family]) => rows[family]);
  const differing = count.filter(({ differs }) => differs).length;
  const wanted = (find ?? "").trim().toLowerCase();
  const several = new Set(runs.map(({ experiment_id }) => experiment_id)).size > 1;
  return (
    <>
      <div className={classes.filters}>
        <SearchField label="Find params and metrics" value={find} onChange={(next) => show({ find: next })} />
        <Switch
          label={`Only differences (${differing} of ${count.length})`}
          checked={!all}
          onChange={(event) => show({ all: !event.currentTarget.checked || undefined })}
        />
      </div>
      <ScrollRegion className={table.scroller} label="Runs side by side">
        <table className={table.table} data-numbers>
          <thead>
            <tr>
              <td />
              {runs.map(({ id, name }, index) => (
                <th key={id} scope="col">
                  <Link
                    to="/p/$project/runs/$run"
                    params={{ project, run: id }}
                    className={`text-link ${classes.head}`}
                    title={name}
                  >
                    <RunMark name={name} index={index} />
                  </Link>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {FACTS.map(([term, cell]) => (
              <Row key={term} term={term} cells={runs.map((run) => [run.id, cell(run)])} />
            ))}
            {several && <Row term="Experiment" cells={runs.map(({ id, experiment_name }) => [id, experiment_name])} />}
            {GROUPS.map(([family, title]) => {
              const shown = rows[family].filter(
                ({ key, differs }) => (all || differs) && key.toLowerCase().includes(wanted),
              );
              if (shown.length === 0) return null;
              return (
                <Fragment key={family}>
                  <tr className={table.group}>
                    <th scope="rowgroup" colSpan={runs.length + 1}>
                      {title}
                    </th>
                  </tr>
                  {shown.map((row) => (
                    <ValueRow key={row.axis} row={row} family={family} runs={runs} />
                  ))}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
      {!all && differing === 0 && <p className={classes.quiet}>These runs logged the same values.</p>}
    </>
  );
}

interface ValueRowProps {
  row: ComparedRow;
  family: "params" | "metrics" | "tags";
  runs: RunSummary[];
}

function ValueRow({ row, family, runs }: ValueRowProps) {
  const { key, values, differs } = row;
  const best = family === "metrics" ? bestOf(key, values) : null;
  return (
    <tr data-differs={differs || undefined}>
      <th scope="row">{key}</th>
      {runs.map(({ id }, index) => (
        <td key={id} data-best={best?.[index] || undefined}>
          <span className={classes.value} title={values[index]}>
            {shownValue(values[index], family)}
            {best?.[index] && <VisuallyHidden>best</VisuallyHidden>}
          </span>
        </td>
      ))}
    </tr>
  );
}

function Row({ term, cells }: { term: string; cells: [id: string, cell: ReactNode][] }) {
  return (
    <tr>
      <th scope="row">{term}</th>
      {cells.map(([id, cell]) => (
        <td key={id}>{cell}</td>
      ))}
    </tr>
  );
}
