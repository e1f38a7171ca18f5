import { Button, Checkbox } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp, IconFlask, IconPlus, IconTable, IconTrash } from "@tabler/icons-react";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { experimentsQuery, useMoveExperiments, useUpdateExperiment } from "@/api/experiments";
import { topics } from "@/api/topics";
import type { Experiment } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { formatCount } from "@/lib/format";
import { ExamplesBelow } from "@/ui/ExamplesBelow";
import { InlineEdit } from "@/ui/InlineEdit";
import { HiddenWithout, Needs } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { SearchField } from "@/ui/SearchField";
import { StateSwitch } from "@/ui/StateSwitch";
import { EmptyState } from "@/ui/States";
import { createdColumn, nameColumn, updatedColumn } from "@/ui/table/commonColumns";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { useListTable } from "@/ui/table/useListTable";
import { useShow } from "@/ui/table/useShow";
import { useMoveWithUndo } from "@/ui/useMoveWithUndo";
import { CreateExperiment } from "./CreateExperiment";
import { logExamples } from "./code";
import { ExperimentMenu } from "./ExperimentMenu";
import classes from "./Experiments.module.css";
import { experimentList } from "./search";

const route = getRouteApi("/p/$project/experiments");
const NONE: string[] = [];
/** What the columns are called in a file. */
const FIELDS = {
  name: "name",
  description: "description",
  runs: "run_count",
  created: "created_at",
  updated: "updated_at",
  id: "id",
};

export function ExperimentsPage() {
  const { project } = route.useParams();
  const search = route.useSearch();
  const { q, state, models, selected = NONE } = search;
  const list = experimentList(search);
  const show = useShow<typeof search>();
  const navigate = useNavigate();
  const [creating, { open, close }] = useDisclosure(false);
  const { table, field, isEmpty } = useListTable(experimentsQuery(project, list), list);
  const columns = useMemo(() => experimentColumns(project), [project]);
  useEvents(project, topics.experiments);
  const create = (
    <Needs permission="project:experiments:write">
      <Button leftSection={<IconPlus size={15} />} onClick={open}>
        New experiment
      </Button>
    </Needs>
  );
  const select = (ids: string[]) => show({ selected: ids.length > 0 ? ids : undefined });

  return (
    <Page title="Experiments" context={project} actions={create} fill>
      <DataTable
        id="experiments"
        label="Experiments"
        noun="experiment"
        columns={columns}
        rowId={({ id }) => id}
        rowLabel={({ name }) => name}
        {...table}
        exported={{ project, path: "experiments", query: list, fields: FIELDS }}
        onOpen={({ id }) =>
          navigate({ to: "/p/$project/experiments/$experiment", params: { project, experiment: id } })
        }
        selection={{
          ids: selected,
          onChange: select,
          actions: (picked) => <Actions project={project} picked={picked} onDone={() => select([])} />,
        }}
        toolbar={
          <>
            {(!isEmpty || state) && (
              <>
                <SearchField label="Filter experiments" {...field} />
                <StateSwitch
                  label="Which experiments"
                  deleted={state === "deleted"}
                  onChange={(deleted) => show({ state: deleted ? "deleted" : undefined, selected: undefined })}
                />
              </>
            )}
            <Checkbox
              size="xs"
              label="Also those of models"
              checked={models ?? false}
              onChange={(event) => show({ models: event.currentTarget.checked || undefined, selected: undefined })}
            />
          </>
        }
        empty={<Empty project={project} q={q} deleted={state === "deleted"} action={create} />}
        fill
      />
      <CreateExperiment project={project} opened={creating} onClose={close} />
    </Page>
  );
}

function Actions({ project, picked, onDone }: { project: string; picked: Experiment[]; onDone: () => void }) {
  const move = useMoveWithUndo(useMoveExperiments(project), "experiment");
  const deleted = picked.every(({ state }) => state === "deleted");
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconTable size={15} />}
        renderRoot={(props) => (
          <Link
            to="/p/$project/runs"
            params={{ project }}
            search={{ experiment: picked.map(({ id }) => id), state: deleted ? "deleted" : undefined }}
            {...props}
          />
        )}
      >
        Show runs
      </Button>
      <HiddenWithout permission="project:experiments:delete">
        <Button
          variant="default"
          c={deleted ? undefined : "var(--bad)"}
          leftSection={deleted ? <IconArrowBackUp size={15} /> : <IconTrash size={15} />}
          onClick={() => move(picked, deleted ? "active" : "deleted", onDone)}
        >
          {deleted ? "Restore" : "Delete"}
        </Button>
      </HiddenWithout>
    </>
  );
}

interface EmptyProps {
  project: string;
  q?: string;
  deleted: boolean;
  action: React.ReactNode;
}

function Empty({ project, q, deleted, action }: EmptyProps) {
  if (q) return <EmptyState icon={IconFlask} title={`No experiment's name contains “${q}”`} />;
  if (deleted) {
    return (
      <EmptyState icon={IconFlask} title="No deleted experiments">
        Deleted experiments stay here with their runs until they are restored.
      </EmptyState>
    );
  }
  return (
    <>
      <EmptyState icon={IconFlask} title="No experiments yet" action={action}>
        An experiment is a collection of runs: what was tried, with its params, metrics and files. Any MLflow client
        logs here.
      </EmptyState>
      <ExamplesBelow
        intro="Log a first run from code:"
        label="Log from code"
        examples={logExamples(project, "first-experiment")}
      />
    </>
  );
}

function experimentColumns(project: string): DataColumn<Experiment>[] {
  return [
    nameColumn(({ id, name, model }) => (
      <span className={classes.named}>
        <Link
          to="/p/$project/experiments/$experiment"
          params={{ project, experiment: id }}
          className={`text-link ${classes.name}`}
          title={name}
        >
          {name}
        </Link>
        {model && (
          <Link
            to="/p/$project/models/$model"
            params={{ project, model }}
            className={classes.model}
            title={`The trainings of the model ${model}`}
          >
            Model
          </Link>
        )}
      </span>
    )),
    {
      id: "description",
      header: "Description",
      grow: true,
      cell: (experiment) => <Description project={project} experiment={experiment} />,
    },
    {
      id: "runs",
      header: "Runs",
      sort: "runs",
      align: "right",
      width: 90,
      cell: ({ run_count }) => formatCount(run_count),
    },
    createdColumn({ sort: "created_at" }),
    updatedColumn({ sort: "updated_at" }),
    { id: "id", header: "ID", hidden: true, width: 70, cell: ({ id }) => <span className="tabular">{id}</span> },
    {
      id: "actions",
      header: "Actions",
      fixed: true,
      quietHeader: true,
      align: "right",
      width: 60,
      cell: (experiment) => <ExperimentMenu project={project} experiment={experiment} />,
    },
  ];
}

function Description({ project, experiment }: { project: string; experiment: Experiment }) {
  const update = useUpdateExperiment(project, experiment.id);
  if (experiment.state === "deleted") return experiment.description;
  return (
    <InlineEdit
      label={`description of ${experiment.name}`}
      permission="project:experiments:write"
      value={experiment.description}
      onSave={(description) => update.mutateAsync({ description })}
    />
  );
}
