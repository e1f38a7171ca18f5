import { Switch } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Version, VersionConfig } from "@/api/types";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { Section } from "@/ui/Section";
import { useShow } from "@/ui/table/useShow";
import classes from "./Compare.module.css";
import { configRows } from "./configRows";
import { VersionHeads } from "./VersionHeads";

const route = getRouteApi("/p/$project/models/$model/compare");

/** The configs with all defaults filled in: the keys that differ, or all of them. */
export function ComparedConfigs({ versions, configs }: { versions: Version[]; configs: VersionConfig[] }) {
  const { all = false } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const rows = useMemo(() => configRows(configs.map(({ rendered }) => rendered)), [configs]);
  const shown = all ? rows : rows.filter(({ differs }) => differs);
  return (
    <Section
      title="Config"
      aside={
        <Switch
          label={`Only differences (${rows.filter(({ differs }) => differs).length} of ${rows.length})`}
          checked={!all}
          onChange={(event) => show({ all: !event.currentTarget.checked || undefined })}
        />
      }
    >
      {shown.length === 0 ? (
        <p className={classes.quiet}>The configs are the same.</p>
      ) : (
        <ScrollRegion className={classes.scroller} label="Configs side by side">
          <table className={classes.table}>
            <VersionHeads versions={versions} first="Key" />
            <tbody>
              {shown.map(({ path, values, differs }) => (
                <tr key={path} data-differs={differs || undefined}>
                  <th scope="row" className="mono">
                    {path}
                  </th>
                  {versions.map(({ number }, index) => (
                    <td key={number} className="mono">
                      {values[index] ?? <span className={classes.quiet}>not set</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Section>
  );
}
