import { Skeleton } from "@mantine/core";
import { IconGitCompare } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { keys } from "@/api/keys";
import { someRunsQuery } from "@/api/runs";
import { topics } from "@/api/topics";
import type { RunSummary } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { plural } from "@/lib/format";
import { useChartTheme } from "@/ui/chart/theme";
import { Chip } from "@/ui/compared/LineMark";
import { quoted } from "@/ui/filter/tokens";
import { Page } from "@/ui/Page";
import { EmptyState, ErrorState } from "@/ui/States";
import { TabBar } from "@/ui/TabBar";
import { useShow } from "@/ui/table/useShow";
import { UnknownTab } from "@/ui/UnknownTab";
import { ComparedRunCurves } from "./ComparedRunCurves";
import { ComparedRunTable } from "./ComparedRunTable";
import classes from "./CompareRuns.module.css";
import { ParallelView } from "./ParallelView";
import { colorOf, isDashed, RunMark } from "./RunMark";
import { ScatterView } from "./ScatterView";
import type { COMPARE_TABS } from "./search";

const route = getRouteApi("/p/$project/runs/compare");
const NONE: string[] = [];
const TABS: { tab: (typeof COMPARE_TABS)[number] | undefined; label: string }[] = [
  { tab: undefined, label: "Table" },
  { tab: "parallel", label: "Parallel coordinates" },
  { tab: "scatter", label: "Scatter" },
  { tab: "curves", label: "Curves" },
];

/** Some runs side by side: what they were given, what they gave, and how they went. */
export function CompareRunsPage() {
  const { project } = route.useParams();
  const { run: ids = NONE } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const filter = `run_id IN (${ids.map(quoted).join(", ")})`;
  const query = useQuery({
    ...someRunsQuery(project, { experiment: [], filter, state: "all" }),
    enabled: ids.length > 0,
  });
  const runs = useMemo(() => ids.flatMap((id) => query.data?.find((run) => run.id === id) ?? []), [ids, query.data]);
  const gone = query.data ? ids.length - runs.length : 0;
  useLiveComparison(project, ids);

  return (
    <Page
      title="Compare runs"
      context={project}
      crumbs={crumbsOf(project, runs)}
      header={
        <TabBar label="Ways to compare">
          {TABS.map(({ tab, label }) => (
            <Tab key={label} tab={tab} label={label} />
          ))}
        </TabBar>
      }
    >
      <div className={classes.page}>
        <ul className={classes.runs} aria-label="Compared runs">
          {runs.map(({ id, name }, index) => (
            <li key={id}>
              <Chip label={name} onRemove={() => show({ run: ids.filter((other) => other !== id) })}>
                <Link
                  to="/p/$project/runs/$run"
                  params={{ project, run: id }}
                  className="text-link truncate"
                  title={name}
                >
                  <RunMark name={name} index={index} />
                </Link>
              </Chip>
            </li>
          ))}
        </ul>
        {gone > 0 && <p className={classes.quiet}>{plural(gone, "run")} of this address cannot be found.</p>}
        {query.error ? (
          <ErrorState error={query.error} retry={query.refetch} />
        ) : ids.length === 0 ? (
          <EmptyState icon={IconGitCompare} title="Choose runs to compare">
            Select some in a table of runs, then press Compare.
          </EmptyState>
        ) : query.data ? (
          <View project={project} runs={runs} />
        ) : (
          <Skeleton height={320} />
        )}
      </div>
    </Page>
  );
}

function Tab({ tab, label }: (typeof TABS)[number]) {
  const search = route.useSearch();
  return (
    <Link
      from="/p/$project/runs/compare"
      to="."
      search={(old) => ({ ...old, tab })}
      replace
      aria-current={search.tab === tab ? "page" : undefined}
      activeOptions={{ includeSearch: true, explicitUndefined: true }}
    >
      {label}
    </Link>
  );
}

function View({ project, runs }: { project: string; runs: RunSummary[] }) {
  const { tab } = route.useSearch();
  const theme = useChartTheme();
  const marked = useMemo(
    () => runs.map((run, index) => ({ ...run, color: colorOf(theme, index), dashed: isDashed(index) })),
    [runs, theme],
  );
  if (tab === "parallel") return <ParallelView runs={marked} />;
  if (tab === "scatter") return <ScatterView runs={marked} />;
  if (tab === "curves") return <ComparedRunCurves project={project} runs={runs} />;
  if (tab !== undefined) return <UnknownTab name={tab} />;
  return <ComparedRunTable project={project} runs={runs} />;
}

function crumbsOf(project: string, runs: RunSummary[]) {
  const experiments = [...new Map(runs.map((run) => [run.experiment_id, run.experiment_name]))];
  const [first] = experiments;
  const list = (
    <Link to="/p/$project/experiments" params={{ project }}>
      Experiments
    </Link>
  );
  if (!first) return [{ key: "experiments", link: list }];
  const link =
    experiments.length === 1 ? (
      <Link to="/p/$project/experiments/$experiment" params={{ project, experiment: first[0] }}>
        {first[1]}
      </Link>
    ) : (
      <Link to="/p/$project/runs" params={{ project }} search={{ experiment: experiments.map(([id]) => id) }}>
        {plural(experiments.length, "experiment")}
      </Link>
    );
  return [
    { key: "experiments", link: list },
    { key: "of", link },
  ];
}

/** Fetches again when something is logged on one of the runs. */
function useLiveComparison(project: string, ids: string[]): void {
  const queries = useQueryClient();
  useEvents(project, topics.comparedRuns(ids), (event) => {
    if (event.type !== "runs.changed") return;
    queries.invalidateQueries({ queryKey: keys.runLists(project), refetchType: "active" });
    queries.invalidateQueries({ queryKey: keys.runCurves(project, ids) });
  });
}
