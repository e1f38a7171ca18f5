import { Button, Skeleton, Switch } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconChartLine } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { experimentContentsQuery } from "@/api/experiments";
import { runColumnsQuery, runCountQuery, runsQuery } from "@/api/runs";
import type { RunColumns, RunSummary } from "@/api/types";
import { FilterField } from "@/ui/filter/FilterField";
import { filterProblem } from "@/ui/filter/problem";
import { StateSwitch } from "@/ui/StateSwitch";
import { ErrorState } from "@/ui/States";
import { DataTable } from "@/ui/table/DataTable";
import { useLastGood } from "@/ui/table/useLastGood";
import { useListTable } from "@/ui/table/useListTable";
import { useSelectedIds } from "@/ui/table/useSelectedIds";
import { useShow } from "@/ui/table/useShow";
import { RunCharts } from "./charts/RunCharts";
import panel from "./charts/RunCharts.module.css";
import { type ColumnNames, defaultColumns } from "./defaultColumns";
import { fieldsOf } from "./fields";
import { NoRuns } from "./NoRuns";
import type { Nesting } from "./RunName";
import classes from "./Runs.module.css";
import { runColumns } from "./runColumns";
import { SelectedRuns } from "./SelectedRuns";
import { isNested, PARENT_TAG, type RunTableSearch, runList } from "./search";
import { useLiveRuns } from "./useLiveRuns";
import { useNestedRows } from "./useNestedRows";

interface Props {
  project: string;
  /** Ids; none stands for all of the project. */
  experiments: string[];
  /** In the toolbar, before the filter. */
  chooser: ReactNode;
  /** What is shown where no run was ever logged. */
  nothing: ReactNode;
}

/** The runs of one or more experiments; drawn once it is known what is logged on them. */
export function RunsTable(props: Props) {
  const names = useQuery(runColumnsQuery(props.project, props.experiments));
  if (names.error && !names.data) return <ErrorState error={names.error} retry={names.refetch} />;
  if (!names.data) return <Skeleton height={320} m={20} w="auto" />;
  return <Table {...props} names={names.data} />;
}

const NONE: string[] = [];
const ID = ({ id }: RunSummary) => id;
const NAME = ({ name }: RunSummary) => name;
/** What the columns are called in a file; metrics, params and tags are called there as here. */
const FIELDS = {
  name: "name",
  experiment: "experiment_name",
  status: "status",
  started: "started_at",
  duration: "duration_seconds",
  models: "models",
  inputs: "inputs",
  user: "user",
  source: "source_name",
  ended: "ended_at",
  run_id: "id",
};

function Table({ project, experiments, chooser, nothing, names }: Props & { names: RunColumns }) {
  const search = useSearch({ strict: false }) as RunTableSearch;
  const { filter, state, sort = "start_time", order = "desc", flat = false, open = NONE } = search;
  const show = useShow<RunTableSearch>();
  const navigate = useNavigate();
  const hasNested = names.tags.includes(PARENT_TAG);
  const nested = isNested(search);
  const list = useMemo(() => runList(search, experiments), [search, experiments]);

  const { rows: roots, table, query } = useListTable(runsQuery(project, list), { search: filter, sort, order });
  const plain = useMemo(() => ({ ...list, filter: undefined }), [list]);
  const { rows, depths } = useNestedRows(project, roots, nested ? open : NONE, plain);
  const [only] = experiments;
  const isWhole = experiments.length === 1 && !filter && !state;
  // Of a whole experiment the page asks for it anyway.
  const whole = useQuery({ ...experimentContentsQuery(project, only ?? ""), enabled: isWhole });
  const asked = useQuery({
    ...runCountQuery(project, { experiment: experiments, filter, state: state ?? "active" }),
    enabled: !isWhole,
  });
  const runs = whole.data?.runs;
  const ofWhole = useMemo(() => (runs === undefined ? undefined : { count: runs, exact: true }), [runs]);
  const count = useLastGood({ data: isWhole ? ofWhole : asked.data, error: isWhole ? null : asked.error }, filter);
  useLiveRuns(project, list, nested);

  const expand = useCallback(
    (run: RunSummary, to: boolean) => {
      const others = open.filter((id) => id !== run.id);
      const next = to && run.child_count > 0 ? [...others, run.id] : others;
      if (next.length !== open.length) show({ open: next.length > 0 ? next : undefined });
    },
    [open, show],
  );
  const nesting = useMemo((): Nesting | null => {
    if (!nested || !hasNested) return null;
    const isOpen = ({ id }: RunSummary) => open.includes(id);
    return { depthOf: ({ id }) => depths.get(id) ?? 0, isOpen, toggle: (run) => expand(run, !isOpen(run)) };
  }, [nested, hasNested, open, depths, expand]);
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const usual = useUsual(rows, names);
  const columns = useMemo(
    () => runColumns(project, names, { several: experiments.length !== 1, narrow, nesting, usual }),
    [project, names, experiments.length, narrow, nesting, usual],
  );
  const fields = useMemo(() => fieldsOf(names), [names]);
  const [selected, select] = useSelectedIds(search.selected);
  const problem = filterProblem(filter, query.error);
  const isNothing = query.isSuccess && rows.length === 0 && !filter && !state;

  const shown = (
    <DataTable
      id="runs"
      label="Runs"
      noun="run"
      columns={columns}
      rowId={ID}
      rowLabel={NAME}
      {...table}
      rows={rows}
      exported={{ project, path: "runs", query: nested ? plain : list, fields: FIELDS }}
      error={problem ? null : table.error}
      total={count?.count}
      atLeast={count?.exact === false}
      onOpen={({ id }) => navigate({ to: "/p/$project/runs/$run", params: { project, run: id } })}
      onExpand={nested ? expand : undefined}
      selection={{
        ids: selected,
        onChange: select,
        actions: (picked) => <SelectedRuns project={project} runs={picked} onDone={() => select([])} />,
      }}
      toolbar={
        <div className={classes.filters}>
          {chooser}
          {!isNothing && (
            <FilterField
              label="Filter runs"
              placeholder="Filter, e.g. metrics.loss < 0.1 AND params.depth = '6'"
              value={filter}
              onApply={(next) => show({ filter: next })}
              fields={fields}
              problem={problem}
            />
          )}
          {!isNothing && (
            <Button
              variant={search.charts ? "light" : "default"}
              leftSection={<IconChartLine size={15} />}
              aria-pressed={search.charts ?? false}
              onClick={() => show({ charts: search.charts ? undefined : true })}
            >
              Charts
            </Button>
          )}
          <StateSwitch
            label="Which runs"
            deleted={state === "deleted"}
            onChange={(deleted) => show({ state: deleted ? "deleted" : undefined, selected: undefined })}
          />
          {hasNested && !filter && !state && (
            <Switch
              className={classes.nest}
              label="Nest runs"
              checked={!flat}
              onChange={(event) => show({ flat: !event.currentTarget.checked || undefined })}
            />
          )}
        </div>
      }
      empty={
        isNothing ? nothing : <NoRuns filter={filter} problem={problem} onClear={() => show({ filter: undefined })} />
      }
      fill
    />
  );
  return search.charts && rows.length > 0 ? (
    <div className={panel.split}>
      <div className={panel.table}>{shown}</div>
      <RunCharts project={project} runs={rows} names={names} />
    </div>
  ) : (
    shown
  );
}

/** What is shown at first: decided by the first runs there are, and anew when something new is logged. */
function useUsual(rows: RunSummary[], names: RunColumns): ColumnNames {
  const [first, setFirst] = useState({ names, rows });
  const isNew = rows.length > 0 && (first.rows.length === 0 || first.names !== names);
  if (isNew) setFirst({ names, rows });
  return useMemo(() => defaultColumns(first.rows, first.names), [first]);
}
