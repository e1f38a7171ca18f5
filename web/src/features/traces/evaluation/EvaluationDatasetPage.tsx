import { Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChecklist, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { isNotFound } from "@/api/errors";
import { evaluationDatasetQuery, useDeleteEvaluationDataset } from "@/api/evaluationDatasets";
import { topics } from "@/api/topics";
import type { EvaluationDataset } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { plural, shortId } from "@/lib/format";
import { DangerConfirm } from "@/ui/DangerConfirm";
import { experimentTabCrumbs } from "@/ui/experimentCrumbs";
import { MissingPage } from "@/ui/MissingPage";
import { MoreActions } from "@/ui/MoreActions";
import { HiddenWithout } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { UseFromCode } from "@/ui/UseFromCode";
import { readExamples } from "./code";
import { DatasetFacts } from "./DatasetFacts";
import { RecordsTable } from "./RecordsTable";

const route = getRouteApi("/p/$project/evaluation-datasets/$dataset");

/** One evaluation dataset: what it belongs to, and its records. */
export function EvaluationDatasetPage() {
  const { project, dataset: id } = route.useParams();
  const { experiment: from, record } = route.useSearch();
  const query = useQuery(evaluationDatasetQuery(project, id));
  useEvents(project, topics.evaluationDataset(id));
  const dataset = query.data;
  const home = dataset && homeOf(dataset, from);
  const crumbs = experimentTabCrumbs(
    project,
    home && { experiment_id: home.id, experiment_name: home.name },
    "datasets",
    "Evaluation datasets",
  );
  // What was deleted while it was looked at is gone from the page too.
  if (query.error && (!dataset || isNotFound(query.error))) {
    return (
      <MissingPage
        title={shortId(id)}
        project={project}
        crumbs={crumbs}
        query={query}
        missing="There is no such evaluation dataset"
        gone="deleted"
        icon={IconChecklist}
      />
    );
  }
  return (
    <Page
      title={dataset?.name ?? shortId(id)}
      context={project}
      crumbs={crumbs}
      actions={dataset && <Actions project={project} dataset={dataset} home={home?.id} />}
      header={dataset && <DatasetFacts project={project} dataset={dataset} />}
      fill
    >
      <RecordsTable key={id} project={project} dataset={id} open={record} />
    </Page>
  );
}

/** The experiment that the page is shown in: the one that one came from, else the first. */
const homeOf = ({ experiments }: EvaluationDataset, from: string | undefined) =>
  experiments.find(({ id }) => id === from) ?? experiments[0];

interface ActionsProps {
  project: string;
  dataset: EvaluationDataset;
  /** The id of the experiment that the page is shown in. */
  home: string | undefined;
}

function Actions({ project, dataset, home }: ActionsProps) {
  const [deleting, { open, close }] = useDisclosure(false);
  const remove = useDeleteEvaluationDataset(project, dataset.id);
  const names = dataset.experiments.map(({ name }) => name);
  const navigate = useNavigate();
  const leave = () =>
    home === undefined
      ? navigate({ to: "/p/$project/experiments", params: { project } })
      : navigate({
          to: "/p/$project/experiments/$experiment",
          params: { project, experiment: home },
          search: { tab: "datasets" },
        });
  return (
    <>
      <UseFromCode name={dataset.name} examples={readExamples(project, dataset.id)} />
      <HiddenWithout permission="project:experiments:delete">
        <MoreActions>
          <Menu.Item leftSection={<IconTrash size={15} />} c="var(--bad)" onClick={open}>
            Delete evaluation dataset
          </Menu.Item>
        </MoreActions>
      </HiddenWithout>
      <DangerConfirm
        opened={deleting}
        onClose={close}
        title="Delete the evaluation dataset?"
        losses={[
          `${plural(dataset.record_count, "record")} with inputs and expectations`,
          ...(names.length > 1 ? [`the dataset in all its experiments: ${names.join(", ")}`] : []),
        ]}
        name={dataset.name}
        verb="Delete evaluation dataset"
        onConfirm={async () => {
          await remove.mutateAsync();
          await leave();
        }}
      />
    </>
  );
}
