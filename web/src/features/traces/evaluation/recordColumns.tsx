import { Link } from "@tanstack/react-router";
import type { EvaluationRecord } from "@/api/types";
import { shortId } from "@/lib/format";
import { createdColumn, updatedColumn } from "@/ui/table/commonColumns";
import type { DataColumn } from "@/ui/table/types";
import { Cut } from "../Cut";
import { previewText, tagsText } from "../values";
import classes from "./Evaluation.module.css";
import { Source } from "./Source";

type Column = DataColumn<EvaluationRecord>;

/** Outputs are shown at first only where there are any: most datasets have none. */
/** What the columns are called in a file. */
export const RECORD_FIELDS = {
  inputs: "inputs",
  expectations: "expectations",
  outputs: "outputs",
  source: ["source_type", "source_id"],
  updated: "updated_at",
  created: "created_at",
  created_by: "created_by",
  tags: "tags",
  id: "id",
};

export function recordColumns(project: string, hasOutputs: boolean): Column[] {
  return [
    {
      id: "inputs",
      header: "Inputs",
      fixed: true,
      pinned: true,
      grow: true,
      cell: ({ id, inputs }) => (
        <Link
          from="/p/$project/evaluation-datasets/$dataset"
          to="."
          search={(old) => ({ ...old, record: id })}
          replace
          resetScroll={false}
          className="text-link"
          title={longPreview(inputs)}
        >
          {preview(inputs) || "No inputs"}
        </Link>
      ),
    },
    {
      id: "expectations",
      header: "Expectations",
      grow: true,
      cell: ({ expectations }) => <Preview value={expectations} />,
    },
    {
      id: "outputs",
      header: "Outputs",
      grow: true,
      hidden: !hasOutputs,
      cell: ({ outputs }) => <Preview value={outputs} />,
    },
    {
      id: "source",
      header: "Source",
      width: 130,
      cell: (record) => <Source project={project} record={record} short />,
    },
    updatedColumn(),
    ...hiddenColumns(),
  ];
}

function hiddenColumns(): Column[] {
  const columns: Column[] = [
    createdColumn(),
    { id: "created_by", header: "Created by", cell: ({ created_by }) => <Cut text={created_by} /> },
    { id: "tags", header: "Tags", cell: ({ tags }) => <Cut text={tagsText(tags)} /> },
    {
      id: "id",
      header: "ID",
      cell: ({ id }) => (
        <code className="mono" title={id}>
          {shortId(id)}
        </code>
      ),
    },
  ];
  return columns.map((column) => ({ width: 130, hidden: true, ...column }));
}

function Preview({ value }: { value: unknown }) {
  const text = preview(value);
  return text ? <span title={longPreview(value)}>{text}</span> : <span className={classes.quiet}>–</span>;
}

// A cell shows the beginning; a record may be a whole conversation.
const SHORT = 300;
const LONG = 2000;

const preview = (value: unknown) => (value === null ? "" : previewText(JSON.stringify(value)).slice(0, SHORT));
const longPreview = (value: unknown) => JSON.stringify(value, null, 2).slice(0, LONG);
