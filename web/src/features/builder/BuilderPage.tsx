import { Button, Skeleton } from "@mantine/core";
import { IconDatabase, IconSparkles, IconUpload } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { datasetsQuery, datasetVersionQuery } from "@/api/datasets";
import { messageOf } from "@/api/errors";
import { comparisonQuery } from "@/api/models";
import { itemsOf } from "@/api/pages";
import { suggestionsQuery } from "@/api/suggestions";
import { detectedConfigQuery, validationQuery } from "@/api/training";
import type { Suggestion } from "@/api/types";
import { versionQuery } from "@/api/versions";
import { Needs } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { Content, Section } from "@/ui/Section";
import { EmptyState, ErrorState } from "@/ui/States";
import { useShow } from "@/ui/table/useShow";
import { Data, type Source } from "./Data";
import { editText } from "./draft";
import { Workbench } from "./Workbench";
import classes from "./Workbench.module.css";
import { editOf } from "./warnings";

/** The Model Builder: for a new model, or for a new version of one, also from an existing version (`?from=3`), as
 *  one of its warnings says (`&mend=0`) or as the Co-Pilot suggests (`&suggestion=overfit`). */
export function BuilderPage() {
  const { project = "", model } = useParams({ strict: false });
  const { from, mend, suggestion } = useSearch({ strict: false });
  return (
    <Page
      title={model ? "New version" : "New model"}
      context={model ? `${model} · ${project}` : project}
      crumbs={[
        {
          key: "models",
          link: (
            <Link to="/p/$project/models" params={{ project }}>
              Models
            </Link>
          ),
        },
        ...(model
          ? [
              {
                key: "model",
                link: (
                  <Link to="/p/$project/models/$model" params={{ project, model }}>
                    {model}
                  </Link>
                ),
              },
            ]
          : []),
      ]}
      aside={from !== undefined && <span style={{ color: "var(--ink-2)" }}>from #{from}</span>}
      fill
    >
      {model && from !== undefined && suggestion !== undefined ? (
        <FromSuggestion project={project} model={model} number={from} suggestion={suggestion} />
      ) : model && from !== undefined ? (
        <FromVersion project={project} model={model} number={from} mend={mend} />
      ) : (
        <Builder project={project} model={model} original={null} />
      )}
    </Page>
  );
}

/** What an existing version brings along. */
interface VersionSource {
  source: Source;
  yaml: string;
  number: number;
  /** The Co-Pilot's suggestion that the config is. */
  suggestion?: Suggestion;
}

interface FromVersionProps {
  project: string;
  model: string;
  number: number;
  mend: number | undefined;
}

function FromVersion({ mend, ...path }: FromVersionProps) {
  // Version and config in one answer.
  const query = useQuery(comparisonQuery(path.project, path.model, [path.number]));
  if (query.error) return <ErrorState error={query.error} retry={query.refetch} />;
  const version = query.data?.versions[0];
  const config = query.data?.configs[0];
  if (!version || !config) return <Loading />;
  const { dataset, target, number, warnings = [] } = version;
  const action = mend === undefined ? null : warnings[mend]?.action;
  const edit = action ? editOf(action) : null;
  const yaml = edit ? editText(config.given_yaml, edit) : config.given_yaml;
  const source = { dataset: dataset?.name, version: dataset?.number, target: target ?? undefined };
  return <Builder project={path.project} model={path.model} original={{ source, yaml, number }} />;
}

interface FromSuggestionProps {
  project: string;
  model: string;
  number: number;
  suggestion: string;
}

function FromSuggestion({ suggestion: id, ...path }: FromSuggestionProps) {
  const { project, model, number } = path;
  const version = useQuery(versionQuery(path));
  const query = useQuery(suggestionsQuery(path));
  const [kept, setKept] = useState<Suggestion>();
  const error = version.error ?? query.error;
  if (error) return <ErrorState error={error} retry={() => Promise.all([version.refetch(), query.refetch()])} />;
  if (!version.data || !query.data) return <Loading />;
  const { dataset, target } = version.data;
  const open = query.data.suggestions.find((item) => item.id === id);
  // Once it is trained it is not open any more, while this page is still here.
  const suggestion = kept ?? open;
  if (open && !kept) setKept(open);
  if (!suggestion) {
    return (
      <EmptyState
        icon={IconSparkles}
        title="This suggestion is not open any more"
        action={
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link
                to="/p/$project/models/$model/versions/$number"
                params={{ project, model, number }}
                search={{ tab: "copilot" }}
                {...props}
              />
            )}
          >
            To the suggestions for #{number}
          </Button>
        }
      >
        It may have been trained already.
      </EmptyState>
    );
  }
  const source = { dataset: dataset?.name, version: dataset?.number, target: target ?? undefined };
  return (
    <Builder project={project} model={model} original={{ source, yaml: suggestion.config_yaml, number, suggestion }} />
  );
}

interface BuilderProps {
  project: string;
  model: string | undefined;
  original: VersionSource | null;
}

function Builder({ project, model, original }: BuilderProps) {
  const search = useSearch({ strict: false });
  const show = useShow<Source>();
  const edited = useRef<{ key: string; text: string } | null>(null);
  const source: Source = search.dataset
    ? { dataset: search.dataset, version: search.version, target: search.target }
    : (original?.source ?? {});
  const { dataset, version, target } = source;
  const isUnchanged = original !== null && original.source.dataset === dataset && original.source.target === target;

  const detected = useQuery({
    ...detectedConfigQuery(project, { dataset: dataset ?? "", dataset_version: version, target: target ?? "" }),
    enabled: Boolean(dataset && target) && !isUnchanged,
  });
  const initial = isUnchanged ? original.yaml : detected.data?.yaml;
  const checked = useQuery({
    ...validationQuery(project, { yaml: initial ?? "", dataset: dataset ?? "", dataset_version: version }),
    enabled: isUnchanged,
  });
  // Checking the config tells also of the table; without a config, or with one that fails, it is asked for itself.
  const proposing = isUnchanged ? checked : detected;
  const tableQuery = useQuery({
    ...datasetVersionQuery(project, dataset ?? "", version ?? "latest"),
    enabled: Boolean(dataset) && (!target || proposing.isError),
  });
  const table = proposing.data?.dataset_version ?? tableQuery.data;

  const choose = (next: Source) => show({ version: undefined, target: undefined, ...next });
  const data = (now: string | undefined, problem: string | null) => (
    <Data
      project={project}
      source={{ ...source, target: now ?? target }}
      onChange={choose}
      table={table}
      datasetError={tableQuery.error ? messageOf(tableQuery.error) : null}
      targetError={problem ?? (target && !isUnchanged && detected.error ? messageOf(detected.error) : null)}
    />
  );

  if (initial === undefined || !table) {
    const waiting = Boolean(dataset && target) && proposing.isFetching;
    return (
      <Content>
        <Section title="Data">{data(undefined, null)}</Section>
        {waiting ? <Skeleton height={280} aria-label="Proposing a config" /> : <NothingChosen project={project} />}
      </Content>
    );
  }

  const key = `${dataset}/${target}`;
  const before = edited.current;
  return (
    <Workbench
      key={key}
      project={project}
      model={model}
      table={table}
      initial={initial}
      checked={proposing.data}
      notes={isUnchanged ? [] : (detected.data?.notes ?? [])}
      parent={original?.number}
      suggestion={isUnchanged ? original.suggestion : undefined}
      data={data}
      replaced={before && before.key !== key ? before.text : null}
      onEdited={(text) => {
        edited.current = { key, text };
      }}
    />
  );
}

function Loading() {
  return (
    <div className={classes.form} aria-busy>
      <Skeleton height={60} />
      <Skeleton height={320} />
    </div>
  );
}

function NothingChosen({ project }: { project: string }) {
  const datasets = useInfiniteQuery(datasetsQuery(project, { sort: "updated_at", order: "desc" }));
  if (datasets.isSuccess && itemsOf(datasets.data).length === 0) {
    return (
      <EmptyState
        icon={IconDatabase}
        title="No dataset yet"
        action={
          <Needs permission="project:datasets:write">
            <Button
              leftSection={<IconUpload size={15} />}
              renderRoot={(props) => (
                <Link to="/p/$project/datasets" params={{ project }} search={{ upload: true }} {...props} />
              )}
            >
              Upload a table
            </Button>
          </Needs>
        }
      >
        Upload a CSV, TSV, Parquet or JSON Lines file first; a config is then proposed from its columns.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconSparkles} title="A config is proposed from the data">
      Choose a dataset and the column to predict. You can change everything before it is trained.
    </EmptyState>
  );
}
