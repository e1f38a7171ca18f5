import { IconChecklist } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { evaluationDatasetsQuery } from "@/api/evaluationDatasets";
import { topics } from "@/api/topics";
import { useEvents } from "@/api/useEvents";
import { SearchField } from "@/ui/SearchField";
import { EmptyState } from "@/ui/States";
import { DataTable } from "@/ui/table/DataTable";
import { useListTable } from "@/ui/table/useListTable";
import { DATASET_FIELDS, datasetColumns } from "./datasetColumns";
import { type DatasetTableSearch, evaluationDatasetList } from "./search";

interface Props {
  project: string;
  /** The id of the experiment that they are of. */
  experiment: string;
  /** What is shown where there is none at all. */
  nothing: ReactNode;
}

/** The evaluation datasets of an experiment. */
export function EvaluationDatasetsTable({ project, experiment, nothing }: Props) {
  const list = evaluationDatasetList(useSearch({ strict: false }) as DatasetTableSearch, experiment);
  const { table, field, isEmpty } = useListTable(evaluationDatasetsQuery(project, list), list);
  const columns = useMemo(() => datasetColumns(project, experiment), [project, experiment]);
  const navigate = useNavigate();
  useEvents(project, topics.experimentContents(experiment));
  return (
    <DataTable
      id="evaluation-datasets"
      label="Evaluation datasets"
      noun="dataset"
      columns={columns}
      rowId={({ id }) => id}
      rowLabel={({ name }) => name}
      {...table}
      exported={{ project, path: "evaluation-datasets", query: list, fields: DATASET_FIELDS }}
      onOpen={({ id }) =>
        navigate({
          to: "/p/$project/evaluation-datasets/$dataset",
          params: { project, dataset: id },
          search: { experiment },
        })
      }
      toolbar={isEmpty ? null : <SearchField label="Filter evaluation datasets" {...field} />}
      empty={
        isEmpty ? (
          nothing
        ) : (
          <EmptyState icon={IconChecklist} title={`No evaluation dataset's name contains “${list.search}”`} />
        )
      }
      fill
    />
  );
}
