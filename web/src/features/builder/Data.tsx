import { NativeSelect, Select } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { datasetsQuery, datasetVersionQuery, datasetVersionsQuery } from "@/api/datasets";
import { messageOf } from "@/api/errors";
import { itemsOf } from "@/api/pages";
import { formatCount, formatRelative } from "@/lib/format";
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
  /** Why the target cannot be learned, as the server said. */
  /** What is wrong with the target. */
  targetError: string | null;
}

export const TARGET_FIELD = "builder-target";
const TARGETS = new Set(["number", "category", "binary"]);

/** Which table to learn from, and which of its columns to predict. */
export function Data({ project, source, onChange, targetError }: Props) {
  const { dataset, version, target } = source;
  const datasets = useInfiniteQuery(datasetsQuery(project, { sort: "updated_at", order: "desc" }));
  const versions = useInfiniteQuery({ ...datasetVersionsQuery(project, dataset ?? ""), enabled: Boolean(dataset) });
  const table = useQuery({
    ...datasetVersionQuery(project, dataset ?? "", version ?? "latest"),
    enabled: Boolean(dataset),
  });
  const names = itemsOf(datasets.data).map(({ name }) => name);
  const columns = table.data?.columns.filter(({ feature_type }) => TARGETS.has(feature_type)) ?? [];
  return (
    <div className={classes.fields}>
      <Select
        label="Dataset"
        placeholder={datasets.isPending ? "Loading…" : "Choose a dataset"}
        searchable
        data={dataset && !names.includes(dataset) ? [dataset, ...names] : names}
        value={dataset ?? null}
        onChange={(next) => next && onChange({ dataset: next })}
        allowDeselect={false}
        nothingFoundMessage="No such dataset"
        onDropdownOpen={() => datasets.hasNextPage && datasets.fetchNextPage()}
        error={table.error ? messageOf(table.error) : null}
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
          ...itemsOf(versions.data).map(({ number, row_count, created_at }) => ({
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
        data={columns.map(({ name, feature_type }) => ({ value: name, label: `${name} (${feature_type})` }))}
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
