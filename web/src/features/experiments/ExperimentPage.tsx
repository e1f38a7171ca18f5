import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconArrowBackUp, IconChecklist, IconDots, IconFlask, IconListTree, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { experimentQuery, useMoveExperiments, useUpdateExperiment } from "@/api/experiments";
import type { Experiment } from "@/api/types";
import { ExperimentChooser } from "@/features/runs/ExperimentChooser";
import { RunsTable } from "@/features/runs/RunsTable";
import type { EXPERIMENT_TABS } from "@/features/runs/search";
import { EvaluationDatasetsTable } from "@/features/traces/evaluation/EvaluationDatasetsTable";
import { NoDatasets } from "@/features/traces/evaluation/NoDatasets";
import { NoTraces } from "@/features/traces/NoTraces";
import { TracesTable } from "@/features/traces/TracesTable";
import { ExamplesBelow } from "@/ui/ExamplesBelow";
import { InlineEdit } from "@/ui/InlineEdit";
import { MissingOrFailed } from "@/ui/MissingOrFailed";
import { Page } from "@/ui/Page";
import { EmptyState } from "@/ui/States";
import { current, TabBar } from "@/ui/TabBar";
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
      <Page title={`Experiment ${id}`} context={project} crumbs={crumbs}>
        <MissingOrFailed
          query={query}
          missing={
            <EmptyState title={`There is no experiment ${id}`} icon={IconFlask}>
              It may have been purged, or be in another project than {project}.
            </EmptyState>
          }
        />
      </Page>
    );
  }
  const editable = experiment?.state === "active";
  return (
    <Page
      title={experiment?.name ?? `Experiment ${id}`}
      context={project}
      crumbs={crumbs}
      rename={editable ? { noun: "experiment", onSave: (name) => update.mutateAsync({ name }) } : undefined}
      aside={experiment?.state === "deleted" && <span className={classes.deleted}>deleted</span>}
      actions={experiment && <Actions project={project} experiment={experiment} />}
      header={
        <>
          <div className={classes.description}>
            {editable ? (
              <InlineEdit
                label="description of the experiment"
                value={experiment.description}
                onSave={(description) => update.mutateAsync({ description })}
              />
            ) : (
              experiment?.description
            )}
          </div>
          <TabBar label="Parts of the experiment">
            <CurrentTab tab={undefined} label="Runs" />
            <CurrentTab tab="traces" label="Traces" />
            <CurrentTab tab="datasets" label="Evaluation datasets" />
          </TabBar>
        </>
      }
      fill
    >
      {tab === "traces" ? (
        <Traces key={id} project={project} id={id} experiment={experiment} />
      ) : tab === "datasets" ? (
        <EvaluationDatasets key={id} project={project} id={id} experiment={experiment} />
      ) : (
        <RunsTable
          key={id}
          project={project}
          experiments={[id]}
          chooser={<ExperimentChooser project={project} chosen={[id]} />}
          nothing={
            experiment?.state === "deleted" ? (
              <EmptyState icon={IconFlask} title="This experiment is deleted">
                Its runs are listed under Deleted, and come back with it when it is restored.
              </EmptyState>
            ) : (
              <Nothing project={project} name={experiment?.name ?? ""} />
            )
          }
        />
      )}
    </Page>
  );
}

function CurrentTab({ tab, label }: { tab: (typeof EXPERIMENT_TABS)[number] | undefined; label: string }) {
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
      topics={[`experiment:${id}`]}
      nothing={
        experiment?.state === "deleted" ? (
          <EmptyState icon={IconListTree} title="This experiment is deleted">
            Traces can be logged in it when it is restored.
          </EmptyState>
        ) : (
          <NoTraces project={project} experiment={{ id, name: experiment?.name ?? "" }} />
        )
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
        experiment?.state === "deleted" ? (
          <EmptyState icon={IconChecklist} title="This experiment is deleted">
            Evaluation datasets can be made in it when it is restored.
          </EmptyState>
        ) : (
          <NoDatasets project={project} experiment={{ id, name: experiment?.name ?? "" }} />
        )
      }
    />
  );
}

function Actions({ project, experiment }: { project: string; experiment: Experiment }) {
  const move = useMoveWithUndo(useMoveExperiments(project), "experiment");
  if (experiment.state === "deleted") {
    return (
      <Button
        variant="default"
        leftSection={<IconArrowBackUp size={15} />}
        onClick={() => move([experiment], "active")}
      >
        Restore
      </Button>
    );
  }
  return (
    <>
      <UseFromCode name={experiment.name} examples={logExamples(project, experiment.name)} />
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label="More actions" variant="default" size={30}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconTrash size={15} />} c="var(--bad)" onClick={() => move([experiment], "deleted")}>
            Delete experiment
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function Nothing({ project, name }: { project: string; name: string }) {
  return (
    <>
      <EmptyState icon={IconFlask} title="No runs yet">
        What is logged here appears at once, with its params, metrics, files and models.
      </EmptyState>
      <ExamplesBelow intro="Log a first run from code:" label="Log from code" examples={logExamples(project, name)} />
    </>
  );
}
