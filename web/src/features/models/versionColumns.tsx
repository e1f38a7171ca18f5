import { Tooltip } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { VersionSummary } from "@/api/types";
import { useUpdateVersion } from "@/api/versions";
import { baselineOf } from "@/features/versions/actions/baseline";
import { RowMenu } from "@/features/versions/actions/RowMenu";
import { StarButton } from "@/features/versions/actions/StarButton";
import { VersionDuration } from "@/features/versions/actions/VersionDuration";
import { metricTitle } from "@/lib/format";
import { InlineEdit } from "@/ui/InlineEdit";
import { Metric } from "@/ui/Metric";
import { StatusBadge } from "@/ui/StatusBadge";
import { createdByColumn, createdColumn } from "@/ui/table/commonColumns";
import type { DataColumn } from "@/ui/table/types";
import classes from "./ModelPage.module.css";

interface CellProps {
  project: string;
  version: VersionSummary;
}

/** Widths are fixed so that columns stay where they are while rows come and go. */
/** What the columns are called in a file. */
export const VERSION_FIELDS = {
  number: "number",
  semver: "semver",
  description: "description",
  data: "dataset",
  trainer: "trainer",
  engine: "engine",
  metric: "metric",
  duration: "duration_ms",
  created: "created_at",
  by: "created_by",
  status: "status",
};

export function versionColumns(
  project: string,
  metric: string | null,
  known: ReadonlyMap<number, VersionSummary>,
): DataColumn<VersionSummary>[] {
  return [
    {
      id: "number",
      header: "#",
      sort: "number",
      fixed: true,
      width: 56,
      cell: ({ model, number }) => (
        <Link
          to="/p/$project/models/$model/versions/$number"
          params={{ project, model, number }}
          className="text-link tabular"
          aria-label={`Version ${number}`}
        >
          {number}
        </Link>
      ),
    },
    {
      id: "semver",
      header: "Semver",
      width: 76,
      cell: ({ semver }) => <span className="tabular">{semver ?? "–"}</span>,
    },
    {
      id: "description",
      header: "Description",
      sort: "description",
      sortFirst: "asc",
      grow: true,
      cell: (version) => <Description project={project} version={version} />,
    },
    {
      id: "data",
      header: "Datasets / Targets",
      sort: "dataset",
      sortFirst: "asc",
      width: 150,
      cell: (version) => <DataAndTarget project={project} version={version} />,
    },
    { id: "trainer", header: "Trainer", hidden: true, width: 90, cell: ({ trainer }) => trainer ?? "–" },
    {
      id: "engine",
      header: "Engine",
      sort: "engine",
      sortFirst: "asc",
      width: 68,
      cell: ({ engine }) => engine ?? "–",
    },
    {
      id: "metric",
      header: metric ? `Metric (${metricTitle(metric)})` : "Metric",
      sort: "metric",
      align: "right",
      cell: (version) => (
        <Metric
          metric={version.metric}
          parent={baselineOf(version, known)}
          withName={version.metric !== null && version.metric.name !== metric}
        />
      ),
    },
    {
      id: "duration",
      header: "Duration",
      sort: "duration",
      align: "right",
      width: 84,
      cell: (version) => <VersionDuration version={version} />,
    },
    createdColumn({ sort: "created_at", width: 104 }),
    createdByColumn({ hidden: true, width: 110 }),
    {
      id: "status",
      header: "Status",
      sort: "status",
      sortFirst: "asc",
      width: 136,
      cell: ({ status, progress }) => <StatusBadge status={status} progress={progress} />,
    },
    {
      id: "actions",
      header: "Actions",
      fixed: true,
      width: 84,
      quietHeader: true,
      align: "right",
      cell: (version) => (
        <span className={classes.actions}>
          <StarButton project={project} version={version} />
          <RowMenu project={project} version={version} />
        </span>
      ),
    },
  ];
}

function Description({ project, version }: CellProps) {
  const { model, number, description, archived } = version;
  const update = useUpdateVersion({ project, model, number });
  return (
    <span className={classes.described}>
      <InlineEdit
        label={`description of version ${number}`}
        permission="project:models:write"
        value={description}
        onSave={(next) => update.mutateAsync({ description: next })}
      />
      {archived && <span className={classes.archived}>archived</span>}
    </span>
  );
}

const DEFAULT = "This version answers queries that name only the model.";

function DataAndTarget({ project, version }: CellProps) {
  const { dataset, target, is_default } = version;
  if (!dataset) return "–";
  const cell = (
    <span className={classes.data} data-default={is_default || undefined}>
      <span>
        <Link
          to="/p/$project/datasets/$dataset/versions/$number"
          params={{ project, dataset: dataset.name, number: dataset.number }}
        >
          {dataset.name}
          <span className="tabular">@{dataset.number}</span>
        </Link>
        <span className={classes.slash}> / </span>
        {target}
      </span>
      {is_default && <IconBolt size={14} role="img" aria-label="default" />}
    </span>
  );
  return is_default ? <Tooltip label={DEFAULT}>{cell}</Tooltip> : cell;
}

const FIRST_WHEN_NARROW = ["number", "status", "metric"];

/** On a narrow screen what the eye looks for comes first, and the rest is a scroll to the right. */
export function forNarrow(columns: DataColumn<VersionSummary>[]): DataColumn<VersionSummary>[] {
  const first = FIRST_WHEN_NARROW.flatMap((id) => columns.filter((column) => column.id === id));
  return [...first, ...columns.filter((column) => !first.includes(column))];
}
