import { Tooltip } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { VersionRow, VersionSummary } from "@/api/types";
import { useUpdateVersion } from "@/api/versions";
import { baselineOf } from "@/features/versions/actions/baseline";
import { RowMenu } from "@/features/versions/actions/RowMenu";
import { StarButton } from "@/features/versions/actions/StarButton";
import { VersionDuration } from "@/features/versions/actions/VersionDuration";
import { metricTitle } from "@/lib/format";
import { InlineEdit } from "@/ui/InlineEdit";
import { Metric } from "@/ui/Metric";
import { createdByColumn, createdColumn, updatedColumn } from "@/ui/table/commonColumns";
import type { DataColumn } from "@/ui/table/types";
import classes from "./ModelPage.module.css";
import { StatusCell } from "./StatusCell";

interface CellProps {
  project: string;
  version: VersionSummary;
}

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
  aliases: "aliases",
  tags: "tags",
  updated: "updated_at",
};

/** Widths are fixed so that columns stay where they are while rows come and go. */
export function versionColumns(
  project: string,
  metric: string | null,
  known: ReadonlyMap<number, VersionSummary>,
): DataColumn<VersionRow>[] {
  return [
    {
      id: "number",
      header: "#",
      sort: "number",
      fixed: true,
      width: 56,
      cell: ({ model, number, archived }) => (
        <Link
          data-archived={archived || undefined}
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
      id: "aliases",
      header: "Aliases",
      width: 110,
      cell: ({ aliases = [] }) => <Chips texts={aliases.map((alias) => `@${alias}`)} />,
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
    {
      id: "tags",
      header: "Tags",
      hidden: true,
      width: 190,
      cell: ({ tags = {} }) => (
        <Chips texts={Object.entries(tags).map(([key, value]) => (value ? `${key}: ${value}` : key))} />
      ),
    },
    {
      id: "trainer",
      header: "Trainer",
      sort: "trainer",
      sortFirst: "asc",
      hidden: true,
      width: 90,
      cell: ({ trainer }) => trainer ?? "–",
    },
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
    createdColumn({ header: "Registered at", sort: "created_at", width: 112 }),
    createdByColumn({ sort: "created_by", sortFirst: "asc", hidden: true, width: 110 }),
    updatedColumn({ sort: "updated_at", hidden: true, width: 112 }),
    {
      id: "status",
      header: "Status",
      sort: "status",
      sortFirst: "asc",
      width: 176,
      cell: (version) => <StatusCell project={project} version={version} />,
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

function Chips({ texts }: { texts: string[] }) {
  if (texts.length === 0) return "–";
  return (
    <span className={classes.chips} title={texts.join(", ")}>
      {texts.map((text) => (
        <span key={text} className={classes.chip}>
          {text}
        </span>
      ))}
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
export function forNarrow(columns: DataColumn<VersionRow>[]): DataColumn<VersionRow>[] {
  const first = FIRST_WHEN_NARROW.flatMap((id) => columns.filter((column) => column.id === id));
  return [...first, ...columns.filter((column) => !first.includes(column))];
}
