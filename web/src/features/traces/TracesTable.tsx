import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconListTree, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { type TraceListParams, type TracesOf, traceCountQuery, tracesQuery } from "@/api/traces";
import type { TraceSummary } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { shortId } from "@/lib/format";
import { FilterField } from "@/ui/filter/FilterField";
import { NoMatch } from "@/ui/filter/NoMatch";
import { filterProblem } from "@/ui/filter/problem";
import { HiddenWithout } from "@/ui/Needs";
import { DataTable } from "@/ui/table/DataTable";
import { useLastGood } from "@/ui/table/useLastGood";
import { useListTable } from "@/ui/table/useListTable";
import { useSelectedIds } from "@/ui/table/useSelectedIds";
import { useShow } from "@/ui/table/useShow";
import { DeleteTraces } from "./DeleteTraces";
import { fieldsOf, SESSION, USER } from "./fields";
import { type TraceTableSearch, traceList, traceOrder } from "./search";
import { traceColumns } from "./traceColumns";
import { useLiveTraces } from "./useLiveTraces";

interface Props {
  project: string;
  of: TracesOf;
  /** Where there are news of these traces; none where the page around the table listens already. */
  topics: string[];
  /** What is shown where no trace was ever logged. */
  nothing: ReactNode;
}

const ID = ({ id }: TraceSummary) => id;
const LABEL = ({ id, name }: TraceSummary) => `${name} ${shortId(id)}`.trim();

/** The traces of an experiment or a run. */
export function TracesTable({ project, of, topics, nothing }: Props) {
  const search = useSearch({ strict: false }) as TraceTableSearch;
  const { filter } = search;
  const show = useShow<TraceTableSearch>();
  const navigate = useNavigate();
  const list = traceList(search, of);
  const { rows, table, query } = useListTable(tracesQuery(project, list), { search: filter, ...traceOrder(search) });
  const count = useLastGood(useQuery(traceCountQuery(project, of, filter)), filter);
  const columns = useMemo(() => traceColumns(project), [project]);
  const fields = useMemo(() => fieldsOf(rows), [rows]);
  const [selected, select] = useSelectedIds(search.selected);
  useEvents(project, topics, useLiveTraces(project));
  const problem = filterProblem(filter, query.error);
  const isNothing = query.isSuccess && rows.length === 0 && !filter;

  return (
    <DataTable
      id="traces"
      label="Traces"
      noun="trace"
      columns={columns}
      rowId={ID}
      rowLabel={LABEL}
      {...table}
      exported={{ project, ...exportedOf(of, list), fields: FIELDS }}
      error={problem ? null : table.error}
      total={count?.count}
      atLeast={count?.exact === false}
      onOpen={({ id }) => navigate({ to: "/p/$project/traces/$trace", params: { project, trace: id } })}
      selection={{
        ids: selected,
        onChange: select,
        actions: (picked) => <Actions project={project} traces={picked} onDone={() => select([])} />,
      }}
      toolbar={
        isNothing ? null : (
          <FilterField
            label="Filter traces"
            placeholder="Filter, e.g. status = 'ERROR' AND execution_time_ms > 1000"
            value={filter}
            onApply={(next) => show({ filter: next })}
            fields={fields}
            problem={problem}
          />
        )
      }
      empty={
        isNothing ? (
          nothing
        ) : (
          <NoMatch icon={IconListTree} noun="trace" problem={problem} onClear={() => show({ filter: undefined })} />
        )
      }
      fill
    />
  );
}

/** The list as the server knows it: that of a run, or of an experiment. */
function exportedOf(of: TracesOf, { filter, order_by }: TraceListParams) {
  return "run" in of
    ? { path: `runs/${of.run}/traces`, query: { filter, order_by } }
    : { path: "traces", query: { filter, order_by, experiment: of.experiment } };
}

/** What the columns are called in a file. */
const FIELDS = {
  request: "request_preview",
  response: "response_preview",
  name: "name",
  state: "state",
  duration: "duration_ms",
  started: "started_at",
  feedback: "assessments",
  runs: "runs",
  session: `metadata.${SESSION}`,
  user: `metadata.${USER}`,
  tags: "tags",
  request_id: "client_request_id",
  trace_id: "id",
};

function Actions({ project, traces, onDone }: { project: string; traces: TraceSummary[]; onDone: () => void }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <HiddenWithout permission="project:experiments:delete">
        <Button variant="default" c="var(--bad)" leftSection={<IconTrash size={15} />} onClick={open}>
          Delete
        </Button>
      </HiddenWithout>
      <DeleteTraces project={project} traces={traces} opened={opened} onClose={close} onDeleted={onDone} />
    </>
  );
}
