import { NativeSelect, Select } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { datasetsQuery, datasetVersionsQuery } from "@/api/datasets";
import { itemsOf } from "@/api/pages";
import type { DatasetVersion } from "@/api/types";
import { formatCount, formatRelative } from "@/lib/format";
import { useInUse } from "@/ui/useSeen";
import classes from "./Trainer.module.css";

export interface Source {
  dataset?: string;
  version?: number;
  target?: string;
}

interface Props {
  project: string;
  source: Source;
  onChange: (source: Source) => void;
  /** The table, as far as it is known, and why there is none. */
  table: DatasetVersion | undefined;
  datasetError: string | null;
  /** What is wrong with the target. */
  targetError: string | null;
}

export const TARGET_FIELD = "builder-target";
const TARGETS = new Set(["number", "category", "binary"]);

/** Which table to learn from, and which of its columns to predict. */
export function Data({ project, source, onChange, table, datasetError, targetError }: Props) {
  const { dataset, version, target } = source;
  const isInUse = useInUse();
  const datasets = useInfiniteQuery({
    ...datasetsQuery(project, { sort: "updated_at", order: "desc" }),
    enabled: isInUse || !dataset,
  });
  const versions = useInfiniteQuery({
    ...datasetVersionsQuery(project, dataset ?? ""),
    enabled: isInUse && Boolean(dataset),
  });
  const names = itemsOf(datasets.data).map(({ name }) => name);
  const existing = itemsOf(versions.data);
  const listed = table && !existing.some(({ number }) => number === table.number) ? [table, ...existing] : existing;
  const columns = table?.columns.filter(({ feature_type }) => TARGETS.has(feature_type)) ?? [];
  const targets = columns.map(({ name, feature_type }) => ({ value: name, label: `${name} (${feature_type})` }));
  if (target && !table) targets.push({ value: target, label: target });
  return (
    <div className={classes.fields}>
      <Select
        label="Dataset"
        placeholder={datasets.isLoading ? "Loading…" : "Choose a dataset"}
        searchable
        data={dataset && !names.includes(dataset) ? [dataset, ...names] : names}
        value={dataset ?? null}
        onChange={(next) => next && onChange({ dataset: next })}
        allowDeselect={false}
        nothingFoundMessage="No such dataset"
        onDropdownOpen={() => datasets.hasNextPage && datasets.fetchNextPage()}
        error={datasetError}
      />
      <NativeSelect
        label="Version"
        size="xs"
        disabled={!dataset}
        value={version === undefined ? "" : String(version)}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          onChange({ dataset, target, version: chosen === "" ? undefined : Number(chosen) });
        }}
        data={[
          { value: "", label: "Latest" },
          ...listed.map(({ number, row_count, created_at }) => ({
            value: String(number),
            label: `#${number}: ${formatCount(row_count)} rows, ${formatRelative(new Date(created_at), new Date())}`,
          })),
        ]}
      />
      <Select
        id={TARGET_FIELD}
        label="Target"
        placeholder={dataset ? "Choose a column" : "Choose a dataset first"}
        disabled={!dataset}
        searchable
        data={targets}
        value={target ?? null}
        onChange={(next) => next && onChange({ dataset, version, target: next })}
        allowDeselect={false}
        nothingFoundMessage="No such column"
        limit={200}
        error={targetError}
      />
    </div>
  );
}
