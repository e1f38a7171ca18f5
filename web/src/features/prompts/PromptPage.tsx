import { IconMessage2 } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { isNotFound } from "@/api/errors";
import { itemsOf, totalOf } from "@/api/pages";
import { promptQuery, promptVersionsQuery } from "@/api/prompts";
import { topics } from "@/api/topics";
import type { PromptVersion } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { MissingPage } from "@/ui/MissingPage";
import { Page } from "@/ui/Page";
import { Content, Facts, Section } from "@/ui/Section";
import { EmptyState } from "@/ui/States";
import { Time } from "@/ui/Time";
import { createdByColumn, createdColumn } from "@/ui/table/commonColumns";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { useShow } from "@/ui/table/useShow";
import { UseFromCode } from "@/ui/UseFromCode";
import { loadExamples } from "./code";
import classes from "./Prompts.module.css";

const route = getRouteApi("/p/$project/prompts/$prompt");

/** One prompt: the text of one of its versions, and all of them. */
export function PromptPage() {
  const { project, prompt: name } = route.useParams();
  const { v } = route.useSearch();
  const show = useShow<{ v?: number }>();
  useEvents(project, topics.prompts);
  const query = useQuery(promptQuery(project, name));
  const versions = useInfiniteQuery(promptVersionsQuery(project, name));
  const rows = useMemo(() => itemsOf(versions.data), [versions.data]);
  const shown = rows.find(({ number }) => number === v) ?? (v === undefined ? rows[0] : undefined);
  const crumbs = [
    {
      key: "prompts",
      link: (
        <Link to="/p/$project/prompts" params={{ project }}>
          Prompts
        </Link>
      ),
    },
  ];
  if (query.error && (!query.data || isNotFound(query.error))) {
    return (
      <MissingPage
        title={name}
        project={project}
        crumbs={crumbs}
        query={query}
        missing="There is no such prompt"
        gone="deleted"
        icon={IconMessage2}
      />
    );
  }
  return (
    <Page
      title={name}
      context={project}
      crumbs={crumbs}
      actions={shown && <UseFromCode name={name} examples={loadExamples(project, name, shown.number)} />}
    >
      <Content>
        {query.data?.description && <p>{query.data.description}</p>}
        {shown && <Text version={shown} />}
        {v !== undefined && !shown && versions.isSuccess && (
          <EmptyState icon={IconMessage2} title={`There is no version #${v}`}>
            Choose one of those below.
          </EmptyState>
        )}
      </Content>
      <DataTable
        id="prompt-versions"
        label={`Versions of ${name}`}
        noun="version"
        columns={COLUMNS}
        rows={rows}
        rowId={({ number }) => String(number)}
        loading={versions.isPending}
        error={versions.error}
        onRetry={versions.refetch}
        total={totalOf(versions.data)}
        hasMore={versions.hasNextPage}
        loadingMore={versions.isFetchingNextPage}
        onLoadMore={versions.fetchNextPage}
        onOpen={({ number }) => show({ v: number })}
        exported={{ project, path: `prompts/${name}/versions`, query: {}, fields: FIELDS }}
        empty={<EmptyState title="No versions">Register one from code.</EmptyState>}
      />
    </Page>
  );
}

function Text({ version }: { version: PromptVersion }) {
  const tags = Object.entries(version.tags);
  return (
    <Section title={`Version #${version.number}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, also by keyboard. */}
      <pre className={classes.text} tabIndex={0}>
        {version.kind === "chat" ? indented(version.template) : version.template}
      </pre>
      <Facts
        items={[
          ["Commit message", version.commit_message || "–"],
          ["Created", <Time key="at" at={version.created_at} />],
          ["Created by", version.created_by],
          ...(version.response_format ? ([["Response format", version.response_format]] as [string, string][]) : []),
          ...tags.map(([key, value]) => [key, value] as [string, string]),
        ]}
      />
    </Section>
  );
}

/** JSON as people read it; a text that is none stays as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** What the columns are called in a file, which has the text beside the number. */
const FIELDS = {
  number: ["number", "template"],
  message: "commit_message",
  aliases: "aliases",
  by: "created_by",
  created: "created_at",
};

const COLUMNS: DataColumn<PromptVersion>[] = [
  { id: "number", header: "Version", fixed: true, width: 90, cell: ({ number }) => <b>#{number}</b> },
  { id: "message", header: "Commit message", grow: true, cell: ({ commit_message }) => commit_message },
  { id: "aliases", header: "Aliases", cell: ({ aliases }) => aliases.map((alias) => `@${alias}`).join(", ") },
  createdByColumn(),
  createdColumn(),
];
