import { Skeleton } from "@mantine/core";
import { IconArrowsDiff } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { diffQuery, type VersionPath } from "@/api/diff";
import type { DiffChange, VersionDiff } from "@/api/types";
import { Content, Section } from "@/ui/Section";
import { EmptyState, ErrorState } from "@/ui/States";
import { useShow } from "@/ui/table/useShow";
import { BasePicker } from "./BasePicker";
import { ChangeTable } from "./ChangeTable";
import { ConfigSection } from "./ConfigSection";
import { DataSection } from "./DataSection";
import classes from "./Diff.module.css";
import { HistorySection } from "./HistorySection";
import { MetricSection } from "./MetricSection";
import { type Base, type DiffSearch, readBase, writeBase } from "./search";

interface Props {
  path: VersionPath;
  /** The version that it was made from. */
  parent: number | null;
  search: DiffSearch;
}

/** What differs from another version to this one, part by part. */
export function DiffView({ path, parent, search }: Props) {
  const { project, model, number } = path;
  const show = useShow<DiffSearch>();
  const base = baseOf(path, parent, search);
  return (
    <Content wide>
      <BasePicker
        project={project}
        model={model}
        number={number}
        base={base}
        onChange={(next) => show({ base: writeBase(next, model) })}
      />
      {search.base && !base && (
        <p role="status" className={classes.quiet}>
          “{search.base}” names no version.
        </p>
      )}
      {base ? (
        <Differences path={path} base={base} search={search} />
      ) : (
        <EmptyState icon={IconArrowsDiff} title="Choose a version to compare with">
          What differs in config, data, signature, metrics, packages and files stands here.
        </EmptyState>
      )}
      <HistorySection path={path} />
    </Content>
  );
}

/** What the address says, else the parent, else the version before. */
function baseOf({ model, number }: VersionPath, parent: number | null, { base }: DiffSearch): Base | null {
  if (base) return readBase(base, model);
  const usual = parent ?? number - 1;
  return usual > 0 ? { model, number: usual } : null;
}

function Differences({ path, base, search }: { path: VersionPath; base: Base; search: DiffSearch }) {
  const { project, model, number } = path;
  const query = useQuery({
    ...diffQuery({ project, ...base }, { model, number }, search.lines !== undefined),
    placeholderData: keepPreviousData,
  });
  if (query.error) return <ErrorState error={query.error} retry={query.refetch} />;
  // As tall as what comes, so that what stands below is not taken for seen.
  if (!query.data) return <Skeleton height={1200} />;
  return <Parts project={project} diff={query.data} search={search} />;
}

function Parts({ project, diff, search }: { project: string; diff: VersionDiff; search: DiffSearch }) {
  const { before, after } = diff;
  const isOneModel = before.model === after.model;
  const nameOf = (version: typeof before) =>
    isOneModel ? `#${version.number}` : `${version.model} #${version.number}`;
  const names: [string, string] = [nameOf(before), nameOf(after)];
  const others: [title: string, first: string, changes: DiffChange[]][] = [
    ["Signature", "Column", diff.signature],
    ["Params", "Param", diff.params],
    ["Environment", "Package", diff.environment],
    ["Files", "File", diff.files],
    ["Tags", "Tag", diff.tags],
  ];
  return (
    <>
      {diff.notes.length > 0 && (
        <ul className={classes.notes}>
          {diff.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <MetricSection metrics={diff.metrics} names={names} />
      <ConfigSection diff={diff} names={names} search={search} />
      <DataSection project={project} data={diff.data} names={names} />
      {others.map(([title, first, changes]) => (
        <Section key={title} title={title}>
          <ChangeTable
            label={`Changes: ${title.toLowerCase()}`}
            first={first}
            before={names[0]}
            after={names[1]}
            changes={changes}
          />
        </Section>
      ))}
    </>
  );
}
