import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Version, VersionConfig } from "@/api/types";
import { ComparedTable, OnlyDifferences } from "@/ui/compared/ComparedTable";
import { Section } from "@/ui/Section";
import { useShow } from "@/ui/table/useShow";
import classes from "./Compare.module.css";
import { configRows } from "./configRows";
import { versionColumns } from "./versionColumns";

const route = getRouteApi("/p/$project/models/$model/compare");

/** The configs with all defaults filled in: the keys that differ, or all of them. */
export function ComparedConfigs({ versions, configs }: { versions: Version[]; configs: VersionConfig[] }) {
  const { all = false } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const rows = useMemo(() => configRows(configs.map(({ rendered }) => rendered)), [configs]);
  const shown = all ? rows : rows.filter(({ differs }) => differs);
  return (
    <Section title="Config" aside={<OnlyDifferences rows={rows} all={all} onChange={(next) => show({ all: next })} />}>
      {shown.length === 0 ? (
        <p className={classes.quiet}>The configs are the same.</p>
      ) : (
        <ComparedTable
          label="Configs side by side"
          first="Key"
          columns={versionColumns(versions)}
          groups={[
            {
              rows: shown.map(({ path, values, differs }) => ({
                key: path,
                title: path,
                cell: (column) => values[column] ?? <span className={classes.quiet}>not set</span>,
                differs,
              })),
            },
          ]}
          mono
          pinned
        />
      )}
    </Section>
  );
}
