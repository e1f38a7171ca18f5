import { Button, Menu } from "@mantine/core";
import {
  IconArrowBackUp,
  IconChecklist,
  IconFlask,
  IconListTree,
  type IconProps,
  IconTrash,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ComponentType, ReactNode } from "react";
import { experimentContentsQuery, experimentQuery, useMoveExperiments, useUpdateExperiment } from "@/api/experiments";
import { topics } from "@/api/topics";
import type { Experiment } from "@/api/types";
import { ExperimentChooser } from "@/features/runs/ExperimentChooser";
import { RunsTable } from "@/features/runs/RunsTable";
import type { EXPERIMENT_TABS } from "@/features/runs/search";
import { EvaluationDatasetsTable } from "@/features/traces/evaluation/EvaluationDatasetsTable";
import { NoDatasets } from "@/features/traces/evaluation/NoDatasets";
import { NoTraces } from "@/features/traces/NoTraces";
import { TracesTable } from "@/features/traces/TracesTable";
import { formatCount } from "@/lib/format";
import { ExamplesBelow } from "@/ui/ExamplesBelow";
import { InlineEdit } from "@/ui/InlineEdit";
import { MissingPage } from "@/ui/MissingPage";
import { MoreActions } from "@/ui/MoreActions";
import { Markdown } from "@/ui/markdown/Markdown";
import { HiddenWithout, Needs } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { EmptyState } from "@/ui/States";
import { current, TabBar } from "@/ui/TabBar";
import { UnknownTab } from "@/ui/UnknownTab";
import { UseFromCode } from "@/ui/UseFromCode";
import { useMoveWithUndo } from "@/ui/useMoveWithUndo";
import { logExamples } from "./code";
import classes from "./Experiments.module.css";

const route = getRouteApi("/p/$project/experiments/$experiment");

/** An experiment: what it is about, and its runs. */
export function ExperimentPage() {
  const { project, experiment: id } = route.useParams();
  const { tab } = route.useSearch();
  const query = useQuery(experimentQuery(project, id));
  const update = useUpdateExperiment(project, id);
  const experiment = query.data;
  const contents = useQuery({ ...experimentContentsQuery(project, id), enabled: !query.error }).data;
  const crumbs = [
    {
      key: "experiments",
      link: (
        <Link to="/p/$project/experiments" params={{ project }}>
          Experiments
        </Link>
      ),
    },
  ];
  if (query.error && !experiment) {
    return (
      <MissingPage
        title={`Experiment ${id}`}
        project={project}
        crumbs={crumbs}
        query={query}
        missing={`There is no experiment ${id}`}
        gone="purged"
        icon={IconFlask}
      />
    );
  }
  const editable = experiment?.state === "active";
  return (
    <Page
      title={experiment?.name ?? `Experiment ${id}`}
      context={project}
      crumbs={crumbs}
      rename={
        editable
          ? {
              noun: "experiment",
              permission: "project:experiments:write",
              onSave: (name) => update.mutateAsync({ name }),
            }
          : undefined
      }
      aside={experiment?.state === "deleted" && <span className={classes.deleted}>deleted</span>}
      actions={experiment && <Actions project={project} experiment={experiment} />}
      header={
        <>
          <div className={classes.description}>
            {editable ? (
              <InlineEdit
                label="description of the experiment"
                permission="project:experiments:write"
                value={experiment.description}
                onSave={(description) => update.mutateAsync({ description })}
                multiline
              />
            ) : (
              experiment && <Markdown text={experiment.description} />
            )}
          </div>
          <TabBar label="Parts of the experiment">
            <CurrentTab tab={undefined} label="Runs" count={contents?.runs} />
            <CurrentTab tab="traces" label="Traces" count={contents?.traces} />
            <CurrentTab tab="datasets" label="Evaluation datasets" count={contents?.evaluation_datasets} />
          </TabBar>
        </>
      }
      fill
    >
      {tab === "traces" ? (
        <Traces key={id} project={project} id={id} experiment={experiment} />
      ) : tab === "datasets" ? (
        <EvaluationDatasets key={id} project={project} id={id} experiment={experiment} />
      ) : tab !== undefined ? (
        <UnknownTab name={tab} />
      ) : (
        <RunsTable
          key={id}
          project={project}
          experiments={[id]}
          chooser={<ExperimentChooser project={project} chosen={[id]} />}
          nothing={
            <Nothing
              experiment={experiment}
              icon={IconFlask}
              deleted="Its runs are listed under Deleted and are restored with it."
            >
              <NoRuns project={project} name={experiment?.name ?? ""} />
            </Nothing>
          }
        />
      )}
    </Page>
  );
}

interface TabLink {
  tab: (typeof EXPERIMENT_TABS)[number] | undefined;
  label: string;
  count: number | undefined;
}

function CurrentTab({ tab, label, count }: TabLink) {
  const search = route.useSearch();
  return (
    <Link
      from="/p/$project/experiments/$experiment"
      to="."
      // What is said about one table means nothing to the other.
      search={{ tab }}
      {...current(search.tab === tab)}
    >
      {label}
      {count !== undefined && <span className={classes.count}>{formatCount(count)}</span>}
    </Link>
  );
}

interface TabProps {
  project: string;
  id: string;
  experiment: Experiment | undefined;
}

function Traces({ project, id, experiment }: TabProps) {
  return (
    <TracesTable
      project={project}
      of={{ experiment: id }}
      topics={topics.experimentContents(id)}
      nothing={
        <Nothing experiment={experiment} icon={IconListTree} deleted="Restore it to log traces in it.">
          <NoTraces project={project} experiment={{ id, name: experiment?.name ?? "" }} />
        </Nothing>
      }
    />
  );
}

function EvaluationDatasets({ project, id, experiment }: TabProps) {
  return (
    <EvaluationDatasetsTable
      project={project}
      experiment={id}
      nothing={
        <Nothing experiment={experiment} icon={IconChecklist} deleted="Restore it to create evaluation datasets in it.">
          <NoDatasets project={project} experiment={{ id, name: experiment?.name ?? "" }} />
        </Nothing>
      }
    />
  );
}

function Actions({ project, experiment }: { project: string; experiment: Experiment }) {
  const move = useMoveWithUndo(useMoveExperiments(project), "experiment");
  if (experiment.state === "deleted") {
    return (
      <Needs permission="project:experiments:delete">
        <Button
          variant="default"
          leftSection={<IconArrowBackUp size={15} />}
          onClick={() => move([experiment], "active")}
        >
          Restore
        </Button>
      </Needs>
    );
  }
  return (
    <>
      <UseFromCode name={experiment.name} examples={logExamples(project, experiment.name)} />
      <HiddenWithout permission="project:experiments:delete">
        <MoreActions>
          <Menu.Item leftSection={<IconTrash size={15} />} c="var(--bad)" onClick={() => move([experiment], "deleted")}>
            Delete experiment
          </Menu.Item>
        </MoreActions>
      </HiddenWithout>
    </>
  );
}

interface NothingProps {
  experiment: Experiment | undefined;
  icon: ComponentType<IconProps>;
  /** What is said of a deleted experiment. */
  deleted: string;
  /** What is said of another. */
  children: ReactNode;
}

/** In place of an empty table. */
function Nothing({ experiment, icon, deleted, children }: NothingProps) {
  if (experiment?.state !== "deleted") return children;
  return (
    <EmptyState icon={icon} title="This experiment is deleted">
      {deleted}
    </EmptyState>
  );
}

function NoRuns({ project, name }: { project: string; name: string }) {
  return (
    <>
      <EmptyState icon={IconFlask} title="No runs yet">
        Runs appear here as they are logged, with their params, metrics, files and models.
      </EmptyState>
      <ExamplesBelow intro="Log a first run from code:" label="Log from code" examples={logExamples(project, name)} />
    </>
  );
}
