import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useUpdateRun } from "@/api/runs";
import type { Run } from "@/api/types";
import { formatCount, formatExact, formatNumber, plural, shortId } from "@/lib/format";
import { CopyId } from "@/ui/CopyId";
import { quoted } from "@/ui/filter/tokens";
import { InlineEdit } from "@/ui/InlineEdit";
import { Markdown } from "@/ui/markdown/Markdown";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { SearchField } from "@/ui/SearchField";
import { Content, Facts, Section } from "@/ui/Section";
import { Tags } from "@/ui/Tags";
import { Time } from "@/ui/Time";
import { RunDuration } from "../runColumns";
import { PARENT } from "../search";
import { InputsAndOutputs } from "./InputsAndOutputs";
import type { RunProps } from "./props";
import classes from "./RunPage.module.css";

/** What went into a run, and the last of what came out. */
export function OverviewTab({ project, run }: RunProps) {
  const update = useUpdateRun(project, run.id);
  const params = Object.entries(run.params).map(([key, value]): Row => [key, [value]]);
  const metrics = run.last_points.map(
    ({ key, value, step }): Row => [
      key,
      [
        <Link
          key="value"
          from="/p/$project/runs/$run"
          to="."
          search={(old) => ({ ...old, tab: "metrics" as const, find: key })}
          title={String(value)}
          className="text-link"
        >
          {formatNumber(value)}
        </Link>,
        formatCount(step),
      ],
    ],
  );
  return (
    <Content wide>
      <Facts items={factsOf(project, run)} />
      <Section title="Description">
        {run.state === "active" ? (
          <InlineEdit
            label="description of the run"
            permission="project:experiments:write"
            value={run.description}
            onSave={(description) => update.mutateAsync({ description })}
            multiline
            shown={run.description && <Markdown text={run.description} />}
          />
        ) : run.description ? (
          <Markdown text={run.description} />
        ) : (
          <p className={classes.quiet}>None.</p>
        )}
      </Section>
      <div className={classes.columns}>
        <Listed title="Params" heads={["Name", "Value"]} rows={params} nothing="No params were logged." />
        <Listed
          title="Metrics"
          heads={["Name", "Last value", "Step"]}
          rows={metrics}
          nothing="No metrics were logged."
          numbers
        />
      </div>
      <Tags
        all={run.tags}
        editable={run.state === "active"}
        permission="project:experiments:write"
        onChange={(tags) => update.mutateAsync({ tags })}
      />
      <InputsAndOutputs project={project} run={run} />
    </Content>
  );
}

function factsOf(project: string, run: Run): [string, ReactNode][] {
  const facts: [string, ReactNode][] = [
    ["Run ID", <CopyId key="id" value={run.id} label="run ID" short={shortId(run.id)} />],
    [
      "Started",
      <span key="at" title={formatExact(new Date(run.started_at))}>
        <Time at={run.started_at} />
      </span>,
    ],
    ["Duration", <RunDuration key="for" run={run} />],
    ["User", run.user || "–"],
    ["Source", run.source_name ? <Source key="source" run={run} /> : "–"],
  ];
  const commit = run.tags["mlflow.source.git.commit"];
  if (commit) facts.push(["Commit", <CopyId key="commit" value={commit} label="commit" />]);
  if (run.parent_id) {
    facts.push([
      "Parent",
      <Link key="parent" to="/p/$project/runs/$run" params={{ project, run: run.parent_id }}>
        {shortId(run.parent_id)}
      </Link>,
    ]);
  }
  if (run.child_count > 0) {
    facts.push([
      "Nested",
      <Link
        key="nested"
        to="/p/$project/experiments/$experiment"
        params={{ project, experiment: run.experiment_id }}
        search={{ filter: `${PARENT} = ${quoted(run.id)}` }}
      >
        {plural(run.child_count, "run")}
      </Link>,
    ]);
  }
  return facts;
}

function Source({ run }: { run: Run }) {
  return (
    <>
      <span className="mono">{run.source_name}</span>
      {run.source_type && <span className={classes.quiet}> {run.source_type.toLowerCase()}</span>}
    </>
  );
}

type Row = [name: string, cells: ReactNode[]];

interface ListedProps {
  title: string;
  heads: string[];
  rows: Row[];
  nothing: string;
  numbers?: boolean;
}

const SEARCH_FROM = 12;
const MAX_SHOWN = 500;

/** Names and values; with a search where there are many. */
function Listed({ title, heads, rows, nothing, numbers = false }: ListedProps) {
  const [find, setFind] = useState<string>();
  const found = find ? rows.filter(([name]) => name.toLowerCase().includes(find.toLowerCase())) : rows;
  const shown = found.slice(0, MAX_SHOWN);
  return (
    <Section
      title={rows.length > 0 ? `${title} (${formatCount(rows.length)})` : title}
      aside={
        rows.length > SEARCH_FROM && (
          <SearchField label={`Find ${title.toLowerCase()}`} value={find} onChange={setFind} width={180} />
        )
      }
    >
      {rows.length === 0 ? (
        <p className={classes.quiet}>{nothing}</p>
      ) : (
        <ScrollRegion label={title} className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                {heads.map((head, index) => (
                  <th key={head} scope="col" data-number={(numbers && index > 0) || undefined}>
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(([name, cells]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {cells.map((cell, index) => (
                    <td key={heads[index + 1]} data-number={numbers || undefined}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {found.length > shown.length && (
            <p className={classes.quiet}>{formatCount(found.length - shown.length)} more: search for them.</p>
          )}
        </ScrollRegion>
      )}
    </Section>
  );
}
