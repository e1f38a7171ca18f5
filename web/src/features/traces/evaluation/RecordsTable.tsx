import { IconChecklist } from "@tabler/icons-react";
import { useMemo } from "react";
import { evaluationRecordsQuery } from "@/api/evaluationDatasets";
import type { EvaluationRecord } from "@/api/types";
import { shortId } from "@/lib/format";
import { ExamplesBelow } from "@/ui/ExamplesBelow";
import { EmptyState } from "@/ui/States";
import { DataTable } from "@/ui/table/DataTable";
import { useListTable } from "@/ui/table/useListTable";
import { useShow } from "@/ui/table/useShow";
import { addExamples } from "./code";
import classes from "./Evaluation.module.css";
import { RecordDrawer } from "./RecordDrawer";
import { RECORD_FIELDS, recordColumns } from "./recordColumns";
import type { EvaluationDatasetSearch } from "./search";

interface Props {
  project: string;
  dataset: string;
  /** The id of the record that is open. */
  open: string | undefined;
}

const ID = ({ id }: EvaluationRecord) => id;
const LABEL = ({ id }: EvaluationRecord) => shortId(id);

/** The records of an evaluation dataset, and beside them the one that is open. */
export function RecordsTable({ project, dataset, open }: Props) {
  const { rows, table, isEmpty } = useListTable(evaluationRecordsQuery(project, dataset));
  const setSearch = useShow<EvaluationDatasetSearch>();
  const hasOutputs = rows.some(({ outputs }) => outputs !== null);
  const show = (record: string | undefined) => {
    setSearch({ record });
    // So that one can step on from the last of those that are listed.
    if (record !== undefined && record === rows.at(-1)?.id && table.hasMore) table.onLoadMore();
  };
  const columns = useMemo(() => recordColumns(project, hasOutputs), [project, hasOutputs]);
  return (
    <>
      <DataTable
        id="evaluation-records"
        label="Records"
        noun="record"
        columns={columns}
        rowId={ID}
        rowLabel={LABEL}
        {...table}
        exported={{ project, path: `evaluation-datasets/${dataset}/records`, query: {}, fields: RECORD_FIELDS }}
        onOpen={({ id }) => show(id)}
        toolbar={isEmpty ? null : <h2 className={classes.title}>Records</h2>}
        empty={<NoRecords project={project} dataset={dataset} />}
        fill
      />
      <RecordDrawer project={project} dataset={dataset} record={open} listed={rows} total={table.total} onShow={show} />
    </>
  );
}

function NoRecords({ project, dataset }: { project: string; dataset: string }) {
  return (
    <>
      <EmptyState icon={IconChecklist} title="No records yet">
        A record is what the application is asked, with what is expected of its answer.
      </EmptyState>
      <ExamplesBelow intro="Add one from code:" label="Add from code" examples={addExamples(project, dataset)} />
    </>
  );
}
