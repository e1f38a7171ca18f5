import { Switch } from "@mantine/core";
import { Link, useSearch } from "@tanstack/react-router";
import { Fragment, type ReactNode, useMemo } from "react";
import type { RunSummary } from "@/api/types";
import table from "@/features/compare/Compare.module.css";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { StatusBadge } from "@/ui/StatusBadge";
import { Time } from "@/ui/Time";
import { useShow } from "@/ui/table/useShow";
import { RunDuration } from "../runColumns";
import classes from "./CompareRuns.module.css";
import { RunMark } from "./RunMark";
import type { compareRunsSearch } from "./search";
import { comparedRows, shownValue } from "./values";

type Search = ReturnType<typeof compareRunsSearch>;

const GROUPS = [
  ["metrics", "Metrics"],
  ["params", "Params"],
  ["tags", "Tags"],
] as const;
const FACTS: [string, (run: RunSummary) => ReactNode][] = [
  ["Status", ({ status }) => <StatusBadge status={status} />],
  ["Started", ({ started_at }) => <Time at={started_at} />],
  ["Duration", (run) => <RunDuration run={run} />],
  ["User", ({ user }) => user || "–"],
];

/** Metrics, params and tags side by side; what differs stands out. */
export function ComparedRunTable({ project, runs }: { project: string; runs: RunSummary[] }) {
  const { all = false } = useSearch({ strict: false }) as Search;
  const show = useShow<Search>();
  const rows = useMemo(() => comparedRows(runs), [runs]);
  const count = GROUPS.flatMap(([family]) => rows[family]);
  const differing = count.filter(({ differs }) => differs).length;
  const several = new Set(runs.map(({ experiment_id }) => experiment_id)).size > 1;
  return (
    <>
      <Switch
        label={`Only differences (${differing} of ${count.length})`}
        checked={!all}
        onChange={(event) => show({ all: !event.currentTarget.checked || undefined })}
      />
      <ScrollRegion className={table.scroller} label="Runs side by side">
        <table className={table.table}>
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
              const shown = rows[family].filter(({ differs }) => all || differs);
              if (shown.length === 0) return null;
              return (
                <Fragment key={family}>
                  <tr className={table.group}>
                    <th scope="rowgroup" colSpan={runs.length + 1}>
                      {title}
                    </th>
                  </tr>
                  {shown.map(({ key, values, differs }) => (
                    <Row
                      key={key}
                      term={key}
                      differs={differs}
                      cells={runs.map(({ id }, index) => [
                        id,
                        <span key={id} className={classes.value} title={values[index]}>
                          {shownValue(values[index], family)}
                        </span>,
                      ])}
                    />
                  ))}
                </Fragment>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
      {!all && differing === 0 && <p className={classes.quiet}>What was logged on these runs is the same.</p>}
    </>
  );
}

function Row({ term, cells, differs }: { term: string; cells: [id: string, cell: ReactNode][]; differs?: boolean }) {
  return (
    <tr data-differs={differs || undefined}>
      <th scope="row">{term}</th>
      {cells.map(([id, cell]) => (
        <td key={id}>{cell}</td>
      ))}
    </tr>
  );
}
