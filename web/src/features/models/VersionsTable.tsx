import { Button, Switch } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPlus, IconVersions } from "@tabler/icons-react";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { VersionSummary } from "@/api/types";
import { versionsQuery } from "@/api/versions";
import { command, shellText } from "@/lib/code";
import { Needs } from "@/ui/Needs";
import { SearchField } from "@/ui/SearchField";
import { EmptyState } from "@/ui/States";
import { DataTable } from "@/ui/table/DataTable";
import { useListTable } from "@/ui/table/useListTable";
import { useShow } from "@/ui/table/useShow";
import { SelectionActions } from "./SelectionActions";
import { StatusFilter } from "./StatusFilter";
import { versionList } from "./search";
import { forNarrow, VERSION_FIELDS, versionColumns } from "./versionColumns";

const route = getRouteApi("/p/$project/models/$model");
const NONE: number[] = [];
const NUMBER = (row: VersionSummary) => String(row.number);
const LABEL = (row: VersionSummary) => `version ${row.number}`;

interface Props {
  project: string;
  model: string;
  /** The name of the metric that the model's versions are ranked by. */
  metric: string | null;
}

export function VersionsTable({ project, model, metric }: Props) {
  const search = route.useSearch();
  const { q, status, archived = false, selected = NONE } = search;
  const navigate = useNavigate();
  const list = versionList(search);

  const { rows: all, table, field } = useListTable(versionsQuery(project, model, list), list);
  // A row that was just archived leaves the list at once, without fetching the list again.
  const rows = useMemo(() => (archived ? all : all.filter((row) => !row.archived)), [all, archived]);
  const loaded = useMemo(() => new Map(all.map((row) => [row.number, row])), [all]);
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const columns = useMemo(() => {
    const wide = versionColumns(project, metric, loaded);
    return narrow ? forNarrow(wide) : wide;
  }, [project, metric, loaded, narrow]);
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
