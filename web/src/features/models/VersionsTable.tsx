import { Button, Skeleton, Switch } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPlus, IconVersions } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { VersionColumns, VersionSummary } from "@/api/types";
import { versionColumnsQuery, versionsQuery } from "@/api/versions";
import { command, shellText } from "@/lib/code";
import { Needs } from "@/ui/Needs";
import { SearchField } from "@/ui/SearchField";
import { EmptyState } from "@/ui/States";
import { StatusFilter } from "@/ui/StatusFilter";
import { DataTable } from "@/ui/table/DataTable";
import { useListTable } from "@/ui/table/useListTable";
import { useShow } from "@/ui/table/useShow";
import { runValueColumns, usualColumns } from "./runValueColumns";
import { SelectionActions } from "./SelectionActions";
import { versionList } from "./search";
import { forNarrow, VERSION_FIELDS, versionColumns } from "./versionColumns";

const route = getRouteApi("/p/$project/models/$model");
const NONE: number[] = [];
const NO_COLUMNS: string[] = [];
const NUMBER = (row: VersionSummary) => String(row.number);
const LABEL = (row: VersionSummary) => `version ${row.number}`;

interface Props {
  project: string;
  model: string;
  /** The name of the metric that the model's versions are ranked by. */
  metric: string | null;
  /** Whether its versions were registered rather than trained here: then they are told apart by their runs. */
  registered: boolean;
}

const NO_NAMES: VersionColumns = { run_metrics: [], run_params: [] };

/** The versions of a model; drawn once it is known what is logged on their runs. */
export function VersionsTable(props: Props) {
  const names = useQuery(versionColumnsQuery(props.project, props.model));
  if (names.isPending) return <Skeleton height={320} m={20} w="auto" />;
  return <Table {...props} names={names.data ?? NO_NAMES} />;
}

function Table({ project, model, metric, registered, names }: Props & { names: VersionColumns }) {
  const search = route.useSearch();
  const { q, status, archived = false, selected = NONE } = search;
  const navigate = useNavigate();
  const usual = useMemo(() => (registered ? usualColumns(names) : NO_COLUMNS), [registered, names]);
  const list = useMemo(() => versionList(search, usual), [search, usual]);

  const { rows: all, table, field } = useListTable(versionsQuery(project, model, list), list);
  // A row that was just archived leaves the list at once, without fetching the list again.
  const rows = useMemo(() => (archived ? all : all.filter((row) => !row.archived)), [all, archived]);
  const loaded = useMemo(() => new Map(all.map((row) => [row.number, row])), [all]);
  // Where the last columns do not fit, what the eye looks for must not be among them.
  const narrow = useMediaQuery("(max-width: 72em)", undefined, { getInitialValueInEffect: false });
  const columns = useMemo(() => {
    const own = versionColumns(project, metric, loaded);
    const wide = narrow ? forNarrow(own) : own;
    const actions = wide.filter(({ id }) => id === "actions");
    return [...wide.filter(({ id }) => id !== "actions"), ...runValueColumns(names, usual), ...actions];
  }, [project, metric, loaded, narrow, names, usual]);
  const filtered = Boolean(q || status);

  const show = useShow<ReturnType<typeof route.useSearch>>();
  const select = (ids: string[]) => show({ selected: ids.length > 0 ? ids.map(Number) : undefined });
  const ids = useMemo(() => selected.map(String), [selected]);

  return (
    <DataTable
      id="versions"
      label={`Versions of ${model}`}
      noun="version"
      columns={columns}
      rowId={NUMBER}
      rowLabel={LABEL}
      {...table}
      exported={{ project, path: `models/${model}/versions`, query: list, fields: VERSION_FIELDS }}
      rows={rows}
      onOpen={({ number }) =>
        navigate({ to: "/p/$project/models/$model/versions/$number", params: { project, model, number } })
      }
      selection={{
        ids,
        onChange: select,
        actions: (picked) => (
          <SelectionActions project={project} model={model} versions={picked} onDone={() => select([])} />
        ),
      }}
      toolbar={
        <>
          <SearchField label="Filter versions" {...field} />
          <StatusFilter
            value={status ?? []}
            onChange={(next) => show({ status: next.length > 0 ? next : undefined })}
          />
          <Switch
            label="Hide archived"
            checked={!archived}
            onChange={(event) => show({ archived: !event.currentTarget.checked || undefined })}
          />
        </>
      }
      empty={
        <Empty
          project={project}
          model={model}
          filtered={filtered}
          onClear={() => show({ q: undefined, status: undefined })}
        />
      }
      fill
    />
  );
}

interface EmptyProps {
  project: string;
  model: string;
  filtered: boolean;
  onClear: () => void;
}

function Empty({ project, model, filtered, onClear }: EmptyProps) {
  if (filtered) {
    return (
      <EmptyState
        icon={IconVersions}
        title="No version matches the filter"
        action={
          <Button variant="default" onClick={onClear}>
            Clear the filter
          </Button>
        }
      />
    );
  }
  return (
    <EmptyState
      icon={IconVersions}
      title="No versions yet"
      action={
        <Needs permission="project:models:train">
          <Button
            leftSection={<IconPlus size={15} />}
            renderRoot={(props) => <Link to="/p/$project/models/$model/new" params={{ project, model }} {...props} />}
          >
            Train version 1
          </Button>
        </Needs>
      }
      command={command(project, `train config.yaml --dataset my-dataset --model ${shellText(model)}`)}
    >
      Each training becomes a version here, with its config, data, metrics, files and log.
    </EmptyState>
  );
}
