import { Link } from "@tanstack/react-router";
import { useUpdateModel } from "@/api/models";
import type { Model } from "@/api/types";
import { formatCount } from "@/lib/format";
import { InlineEdit } from "@/ui/InlineEdit";
import { Metric } from "@/ui/Metric";
import { StatusBadge } from "@/ui/StatusBadge";
import { createdByColumn, createdColumn, nameColumn, updatedColumn } from "@/ui/table/commonColumns";
import type { DataColumn } from "@/ui/table/types";
import classes from "./Models.module.css";
import { NameList } from "./NameList";

/** What the columns are called in a file. */
export const MODEL_FIELDS = {
  name: "name",
  description: "description",
  datasets: "datasets",
  contributors: "contributors",
  latest: "latest_version.number",
  metric: "latest_version.metric",
  versions: "version_count",
  created: "created_at",
  by: "created_by",
  updated: "updated_at",
};

export function modelColumns(project: string): DataColumn<Model>[] {
  return [
    nameColumn(({ name }) => (
      <Link to="/p/$project/models/$model" params={{ project, model: name }} className="text-link">
        {name}
      </Link>
    )),
    {
      id: "description",
      header: "Description",
      grow: true,
      cell: (model) => <Description project={project} model={model} />,
    },
    {
      id: "datasets",
      header: "Datasets",
      cell: ({ datasets }) => (
        <NameList
          names={datasets}
          link={(dataset) => (
            <Link to="/p/$project/datasets/$dataset" params={{ project, dataset }} className="text-link">
              {dataset}
            </Link>
          )}
        />
      ),
    },
    {
      id: "contributors",
      header: "Contributors",
      cell: ({ contributors }) => <NameList names={contributors} />,
    },
    {
      id: "latest",
      header: "Latest version",
      cell: ({ name, latest_version: latest }) =>
        latest ? (
          <span className={classes.latest}>
            <Link
              to="/p/$project/models/$model/versions/$number"
              params={{ project, model: name, number: latest.number }}
              className={`text-link tabular ${classes.number}`}
            >
              #{latest.number}
            </Link>
            <StatusBadge status={latest.status} progress={latest.progress} />
          </span>
        ) : (
          <span className={classes.quiet}>none yet</span>
        ),
    },
    {
      id: "metric",
      header: "Metric",
      align: "right",
      cell: ({ latest_version: latest }) => <Metric metric={latest?.metric ?? null} withName />,
    },
    {
      id: "versions",
      header: "Versions",
      sort: "versions",
      align: "right",
      cell: ({ version_count }) => formatCount(version_count),
    },
    createdColumn({ sort: "created_at", hidden: true }),
    createdByColumn({ hidden: true }),
    updatedColumn({ sort: "updated_at" }),
  ];
}

function Description({ project, model: { name, description } }: { project: string; model: Model }) {
  const update = useUpdateModel(project, name);
  return (
    <InlineEdit
      label={`description of ${name}`}
      permission="project:models:write"
      value={description}
      onSave={(next) => update.mutateAsync({ description: next })}
    />
  );
}
