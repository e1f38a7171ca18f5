import { ActionIcon, Drawer, Skeleton } from "@mantine/core";
import { IconChecklist, IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { isNotFound } from "@/api/errors";
import { evaluationRecordQuery } from "@/api/evaluationDatasets";
import type { EvaluationRecord } from "@/api/types";
import { formatCount, shortId } from "@/lib/format";
import { CopyId } from "@/ui/CopyId";
import { MissingOrFailed } from "@/ui/MissingOrFailed";
import { Facts } from "@/ui/Section";
import { EmptyState } from "@/ui/States";
import { JsonView } from "../page/JsonView";
import { tagsText } from "../values";
import classes from "./Evaluation.module.css";
import { Source } from "./Source";
import { traceOf } from "./sources";
import { When } from "./When";

interface Props {
  project: string;
  dataset: string;
  /** The id of the record that is shown; the drawer is closed without one. */
  record: string | undefined;
  /** The records that are listed, to step from one to the next. */
  listed: EvaluationRecord[];
  total: number | null;
  onShow: (record: string | undefined) => void;
}

/** One record beside the table: its inputs and what is expected, in full. */
export function RecordDrawer({ project, dataset, record, listed, total, onShow }: Props) {
  const at = listed.findIndex(({ id }) => id === record);
  return (
    <Drawer.Root opened={record !== undefined} onClose={() => onShow(undefined)} position="right" size="lg">
      <Drawer.Overlay backgroundOpacity={0.35} />
      <Drawer.Content>
        <Drawer.Header>
          <Drawer.Title>
            {at < 0 || total === null ? "Record" : `Record ${formatCount(at + 1)} of ${formatCount(total)}`}
          </Drawer.Title>
          <span className={classes.steps}>
            <Step label="Previous record" to={listed[at - 1]} onShow={onShow}>
              <IconChevronUp size={16} />
            </Step>
            <Step label="Next record" to={at < 0 ? undefined : listed[at + 1]} onShow={onShow} autoFocus>
              <IconChevronDown size={16} />
            </Step>
            <Drawer.CloseButton aria-label="Close" />
          </span>
        </Drawer.Header>
        <Drawer.Body>
          {record && <Shown project={project} dataset={dataset} id={record} known={listed[at]} />}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

interface StepProps {
  label: string;
  to: EvaluationRecord | undefined;
  onShow: (record: string) => void;
  /** Has the focus when the drawer opens. */
  autoFocus?: boolean;
  children: ReactNode;
}

function Step({ label, to, onShow, autoFocus = false, children }: StepProps) {
  return (
    // Not disabled by the browser, which would take the focus away from it at the end of the list.
    <ActionIcon
      aria-label={label}
      aria-disabled={!to}
      data-autofocus={autoFocus || undefined}
      className={classes.step}
      onClick={() => to && onShow(to.id)}
    >
      {children}
    </ActionIcon>
  );
}

interface ShownProps {
  project: string;
  dataset: string;
  id: string;
  /** As the list has it. */
  known: EvaluationRecord | undefined;
}

function Shown({ project, dataset, id, known }: ShownProps) {
  const query = useQuery({ ...evaluationRecordQuery(project, dataset, id), placeholderData: known });
  const record = query.data;
  if (query.error && (!record || isNotFound(query.error))) {
    return (
      <MissingOrFailed
        query={query}
        missing={
          <EmptyState title="There is no such record" icon={IconChecklist}>
            It may have been deleted from the dataset.
          </EmptyState>
        }
      />
    );
  }
  if (!record) return <Skeleton height={320} />;
  return (
    <div className={classes.record}>
      <Facts items={factsOf(project, record)} />
      <JsonView label="Inputs" value={record.inputs} />
      <JsonView label="Expectations" value={record.expectations} />
      {record.outputs !== null && <JsonView label="Outputs" value={record.outputs} />}
      {record.source_data !== null && !traceOf(record) && <JsonView label="Source data" value={record.source_data} />}
    </div>
  );
}

function factsOf(project: string, record: EvaluationRecord): [string, ReactNode][] {
  const { id, created_at, created_by, updated_at, updated_by, tags } = record;
  const facts: [string, ReactNode][] = [
    ["Record ID", <CopyId key="id" value={id} label="record ID" short={shortId(id)} />],
    ["Source", <Source key="source" project={project} record={record} />],
    ["Created", <When key="created" at={created_at} by={created_by} />],
  ];
  if (updated_at !== created_at) facts.push(["Last modified", <When key="updated" at={updated_at} by={updated_by} />]);
  const said = tagsText(tags);
  if (said) facts.push(["Tags", said]);
  return facts;
}
