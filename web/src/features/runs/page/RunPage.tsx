import { Button, Menu, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp, IconFlask, IconPackageImport, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useRef } from "react";
import { keys } from "@/api/keys";
import { runQuery, useMoveRuns, useUpdateRun } from "@/api/runs";
import { topics } from "@/api/topics";
import type { Run } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { useLiveTraces } from "@/features/traces/useLiveTraces";
import { experimentCrumbs } from "@/ui/experimentCrumbs";
import { MissingPage } from "@/ui/MissingPage";
import { MoreActions } from "@/ui/MoreActions";
import { HiddenWithout, Needs } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { StatusBadge } from "@/ui/StatusBadge";
import { current, TabBar } from "@/ui/TabBar";
import { UnknownTab } from "@/ui/UnknownTab";
import { UseFromCode } from "@/ui/UseFromCode";
import { useMoveWithUndo } from "@/ui/useMoveWithUndo";
import { RegisterDialog } from "../RegisterDialog";
import { NO_MODEL, useHasModels } from "../useHasModels";
import { ArtifactsTab } from "./artifacts/ArtifactsTab";
import { runExamples } from "./code";
import { MetricsTab } from "./MetricsTab";
import { ModelsTab } from "./ModelsTab";
import { OverviewTab } from "./OverviewTab";
import classes from "./RunPage.module.css";
import type { RUN_TABS } from "./search";
import { TracesTab } from "./TracesTab";

const route = getRouteApi("/p/$project/runs/$run");
const TABS = [
  { tab: undefined, label: "Overview" },
  { tab: "metrics", label: "Metrics" },
  { tab: "artifacts", label: "Artifacts" },
  { tab: "models", label: "Models" },
  { tab: "traces", label: "Traces" },
] as const satisfies TabLink[];

interface TabLink {
  tab: (typeof RUN_TABS)[number] | undefined;
  label: string;
}

/** One run: what went in, what came out, how it went. */
export function RunPage() {
  const { project, run: id } = route.useParams();
  const { tab } = route.useSearch();
  const query = useQuery(runQuery(project, id));
  const update = useUpdateRun(project, id);
  useLiveRun(project, id);
  const run = query.data;
  const crumbs = experimentCrumbs(project, run);

  if (query.error && !run) {
    return (
      <MissingPage
        title={id}
        project={project}
        crumbs={crumbs}
        query={query}
        missing="There is no such run"
        gone="purged"
        icon={IconFlask}
      />
    );
  }
  return (
    <Page
      title={run?.name ?? id}
      context={project}
      crumbs={crumbs}
      rename={
        run?.state === "active"
          ? { noun: "run", permission: "project:experiments:write", onSave: (name) => update.mutateAsync({ name }) }
          : undefined
      }
      aside={
        run && (
          <>
            <StatusBadge status={run.status} since={run.status === "Running" ? run.started_at : undefined} />
            {run.state === "deleted" && <span className={classes.deleted}>deleted</span>}
          </>
        )
      }
      actions={run && <Actions project={project} run={run} />}
      header={
        <TabBar label="Parts of the run">
          {TABS.map(({ tab, label }) => (
            <CurrentTab key={label} tab={tab} label={label} />
          ))}
        </TabBar>
      }
      fill={tab === "traces"}
    >
      {run ? <Part project={project} run={run} /> : <Skeleton height={320} m={20} w="auto" />}
    </Page>
  );
}

function CurrentTab({ tab, label }: TabLink) {
  const search = route.useSearch();
  return (
    <Link
      from="/p/$project/runs/$run"
      to="."
      search={(old) => ({ smooth: old.smooth, scale: old.scale, axis: old.axis, tab })}
      aria-current={search.tab === tab ? "page" : undefined}
      activeOptions={current(false).activeOptions}
    >
      {label}
    </Link>
  );
}

function Part({ project, run }: { project: string; run: Run }) {
  const { tab } = route.useSearch();
  if (tab === "metrics") return <MetricsTab project={project} run={run} />;
  if (tab === "artifacts") return <ArtifactsTab project={project} run={run} />;
  if (tab === "traces") return <TracesTab project={project} run={run} />;
  if (tab === "models") return <ModelsTab project={project} run={run} />;
  if (tab !== undefined) return <UnknownTab name={tab} />;
  return <OverviewTab project={project} run={run} />;
}

function Actions({ project, run }: { project: string; run: Run }) {
  const [registering, { open, close }] = useDisclosure(false);
  const move = useMoveWithUndo(useMoveRuns(project), "run");
  const hasModels = useHasModels(project, run.state === "active" ? run.id : undefined);
  if (run.state === "deleted") {
    return (
      <Needs permission="project:experiments:delete">
        <Button variant="default" leftSection={<IconArrowBackUp size={15} />} onClick={() => move([run], "active")}>
          Restore
        </Button>
      </Needs>
    );
  }
  return (
    <>
      <UseFromCode name={run.name} examples={runExamples(project, run)} />
      <Needs permission="project:models:write">
        <Button
          variant="default"
          leftSection={<IconPackageImport size={15} />}
          disabled={!hasModels}
          title={hasModels ? undefined : NO_MODEL}
          onClick={open}
        >
          Register model
        </Button>
      </Needs>
      <HiddenWithout permission="project:experiments:delete">
        <MoreActions>
          <Menu.Item leftSection={<IconTrash size={15} />} c="var(--bad)" onClick={() => move([run], "deleted")}>
            Delete run
          </Menu.Item>
        </MoreActions>
      </HiddenWithout>
      <RegisterDialog project={project} run={run} opened={registering} onClose={close} />
    </>
  );
}

const MIN_INTERVAL_MS = 1_000;

/** Fetches again what the page shows of the run when something was logged on it, at most once a second. */
function useLiveRun(project: string, run: string): void {
  const queries = useQueryClient();
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null);
  const updateTraces = useLiveTraces(project);
  useEvents(project, topics.run(run), (event) => {
    updateTraces(event);
    if (event.type !== "runs.changed" || waiting.current !== null) return;
    waiting.current = setTimeout(() => {
      waiting.current = null;
      queries.invalidateQueries({ queryKey: keys.run(project, run) });
      queries.invalidateQueries({ queryKey: keys.runCurves(project, [run]) });
    }, MIN_INTERVAL_MS);
    // The first is shown at once.
    queries.invalidateQueries({ queryKey: keys.runInfo(project, run) });
  });
}
