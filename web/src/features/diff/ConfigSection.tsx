import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import type { ConfigDiff, DiffLine, VersionDiff } from "@/api/types";
import { plural } from "@/lib/format";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { Section } from "@/ui/Section";
import { useShow } from "@/ui/table/useShow";
import { YamlLine } from "@/ui/YamlLine";
import { ChangeTable } from "./ChangeTable";
import classes from "./Diff.module.css";
import { foldRows, unify } from "./lines";
import type { DiffSearch } from "./search";

interface Props {
  diff: VersionDiff;
  names: [before: string, after: string];
  search: DiffSearch;
}

/** Two configs: by what they mean, or their texts side by side or one under the other. */
export function ConfigSection({ diff, names, search }: Props) {
  const show = useShow<DiffSearch>();
  const { of = "given", lines = "changes" } = search;
  const config = of === "rendered" ? diff.config_rendered : diff.config_given;
  if (!config) return null;
  return (
    <Section
      title="Config"
      aside={
        <div className={classes.tools}>
          <SegmentedControl
            aria-label="Which config"
            value={of}
            onChange={(next) => show({ of: next === "rendered" ? "rendered" : undefined })}
            data={[
              { value: "given", label: "As given" },
              { value: "rendered", label: "As rendered" },
            ]}
          />
          <SegmentedControl
            aria-label="How the configs stand"
            value={lines}
            onChange={(next) => show({ lines: next === "changes" ? undefined : (next as "side" | "unified") })}
            data={[
              { value: "changes", label: "Changes" },
              { value: "side", label: "Side by side" },
              { value: "unified", label: "Unified" },
            ]}
          />
        </div>
      }
    >
      {lines === "changes" ? (
        <ChangeTable
          label="Changes of the config"
          first="Key"
          before={names[0]}
          after={names[1]}
          changes={config.changes}
        />
      ) : (
        <Texts config={config} names={names} unified={lines === "unified"} />
      )}
    </Section>
  );
}

function Texts({ config, names, unified }: { config: ConfigDiff; names: [string, string]; unified: boolean }) {
  const rows = config.lines ?? [];
  if (config.lines && rows.every(({ kind }) => kind === "same")) {
    return <p className={classes.quiet}>The texts are the same.</p>;
  }
  return (
    <ScrollRegion label={`Configs of ${names[0]} and ${names[1]}`} className={classes.code}>
      {unified ? <Unified rows={rows} /> : <SideBySide rows={rows} names={names} />}
    </ScrollRegion>
  );
}

function SideBySide({ rows, names }: { rows: DiffLine[]; names: [string, string] }) {
  const folded = useMemo(() => foldRows(rows), [rows]);
  return (
    <table className={classes.side}>
      <thead>
        <tr>
          {names.map((name) => (
            <th key={name} scope="colgroup" colSpan={2}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {folded.map((row, index) =>
          row.kind === "skipped" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity.
            <Skipped key={index} count={row.count} columns={4} />
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity.
            <tr key={index}>
              <td className={classes.number}>{row.before_number}</td>
              <td data-change={row.kind === "same" ? undefined : row.before == null ? "none" : "removed"}>
                {row.before != null && <YamlLine text={row.before} />}
              </td>
              <td className={classes.number}>{row.after_number}</td>
              <td data-change={row.kind === "same" ? undefined : row.after == null ? "none" : "added"}>
                {row.after != null && <YamlLine text={row.after} />}
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

const CHANGES = { "+": "added", "−": "removed", " ": undefined };

function Unified({ rows }: { rows: DiffLine[] }) {
  const unified = useMemo(() => unify(foldRows(rows)), [rows]);
  return (
    <table className={classes.unified}>
      <tbody>
        {unified.map((row, index) =>
          "count" in row ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity.
            <Skipped key={index} count={row.count} columns={4} />
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity.
            <tr key={index} data-change={CHANGES[row.sign]}>
              <td className={classes.number}>{row.before}</td>
              <td className={classes.number}>{row.after}</td>
              <td className={classes.sign}>{row.sign}</td>
              <td>
                <YamlLine text={row.text} />
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

function Skipped({ count, columns }: { count: number; columns: number }) {
  return (
    <tr className={classes.skipped}>
      <td colSpan={columns}>⋯ {plural(count, "line")} the same</td>
    </tr>
  );
}
