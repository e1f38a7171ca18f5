import { Link } from "@tanstack/react-router";
import type { EvaluationDataset } from "@/api/types";
import { formatCount, shortId } from "@/lib/format";
import { createdColumn, nameColumn, updatedColumn } from "@/ui/table/commonColumns";
import type { DataColumn } from "@/ui/table/types";
import { Cut } from "../Cut";
import { tagsText } from "../values";
import classes from "./Evaluation.module.css";
import type { DatasetSort } from "./search";

type Column = DataColumn<EvaluationDataset> & { sort?: DatasetSort };

/** What the columns are called in a file. */
export const DATASET_FIELDS = {
  name: "name",
  tags: "tags",
  records: "record_count",
  created: "created_at",
  created_by: "created_by",
  updated: "updated_at",
  updated_by: "updated_by",
  experiments: "experiments",
  id: "id",
};

export function datasetColumns(project: string, experiment: string): Column[] {
  return [
    nameColumn(
      ({ id, name }) => (
        <Link
          to="/p/$project/evaluation-datasets/$dataset"
          params={{ project, dataset: id }}
          search={{ experiment }}
          className={`text-link ${classes.name}`}
          title={name}
        >
          {name}
        </Link>
      ),
      { pinned: true },
    ),
    {
      id: "tags",
      header: "Tags",
      grow: true,
      cell: ({ tags }) => <Long text={tagsText(tags)} />,
    },
    {
      id: "records",
      header: "Records",
      sort: "records",
      align: "right",
      width: 90,
      cell: ({ record_count }) => formatCount(record_count),
    },
    createdColumn({ sort: "created_at" }),
    { id: "created_by", header: "Created by", width: 130, cell: ({ created_by }) => <Cut text={created_by} /> },
    updatedColumn({ sort: "updated_at" }),
    ...hiddenColumns(),
  ];
}

function hiddenColumns(): Column[] {
  const columns: Column[] = [
    { id: "updated_by", header: "Modified by", cell: ({ updated_by }) => <Cut text={updated_by} /> },
    {
      id: "experiments",
      header: "Experiments",
      cell: ({ experiments }) => <Cut text={experiments.map(({ name }) => name).join(", ")} />,
    },
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

function Long({ text }: { text: string }) {
  return text ? <span title={text}>{text}</span> : <span className={classes.quiet}>–</span>;
}
