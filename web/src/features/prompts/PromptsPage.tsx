import { IconMessage2 } from "@tabler/icons-react";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { promptsQuery } from "@/api/prompts";
import { topics } from "@/api/topics";
import type { Prompt } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { formatCount } from "@/lib/format";
import { ExamplesBelow } from "@/ui/ExamplesBelow";
import { Page } from "@/ui/Page";
import { SearchField } from "@/ui/SearchField";
import { EmptyState } from "@/ui/States";
import { createdByColumn, createdColumn, nameColumn, updatedColumn } from "@/ui/table/commonColumns";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { useListTable } from "@/ui/table/useListTable";
import { registerExamples } from "./code";
import { promptList } from "./search";

const route = getRouteApi("/p/$project/prompts");
/** What the columns are called in a file. */
const FIELDS = {
  name: "name",
  description: "description",
  aliases: "aliases",
  versions: "version_count",
  created: "created_at",
  by: "created_by",
  updated: "updated_at",
};

export function PromptsPage() {
  const { project } = route.useParams();
  const search = route.useSearch();
  const list = promptList(search);
  const navigate = useNavigate();
  useEvents(project, topics.prompts);
  const { table, field, isEmpty } = useListTable(promptsQuery(project, list), list);
  const columns = useMemo(() => promptColumns(project), [project]);
  return (
    <Page title="Prompts" context={project} fill>
      <DataTable
        id="prompts"
        label="Prompts"
        noun="prompt"
        columns={columns}
        rowId={({ name }) => name}
        {...table}
        exported={{ project, path: "prompts", query: list, fields: FIELDS }}
        onOpen={({ name }) => navigate({ to: "/p/$project/prompts/$prompt", params: { project, prompt: name } })}
        toolbar={isEmpty ? null : <SearchField label="Filter prompts" {...field} />}
        empty={<Empty project={project} q={search.q} />}
        fill
      />
    </Page>
  );
}

function Empty({ project, q }: { project: string; q?: string }) {
  if (q) return <EmptyState icon={IconMessage2} title={`No prompt's name contains “${q}”`} />;
  return (
    <>
      <EmptyState icon={IconMessage2} title="No prompts yet">
        A prompt is a named text with variables. Every change makes a new version.
      </EmptyState>
      <ExamplesBelow
        intro="Register a first prompt from code:"
        label="Register from code"
        examples={registerExamples(project, "first-prompt")}
      />
    </>
  );
}

function promptColumns(project: string): DataColumn<Prompt>[] {
  return [
    nameColumn(({ name }) => (
      <Link to="/p/$project/prompts/$prompt" params={{ project, prompt: name }} className="text-link">
        {name}
      </Link>
    )),
    { id: "description", header: "Description", grow: true, cell: ({ description }) => description },
    {
      id: "aliases",
      header: "Aliases",
      cell: ({ aliases }) => aliases.map(({ alias, number }) => `@${alias} #${number}`).join(", "),
    },
    {
      id: "versions",
      header: "Versions",
      sort: "versions",
      align: "right",
      width: 90,
      cell: ({ version_count }) => formatCount(version_count),
    },
    createdColumn({ sort: "created_at", hidden: true }),
    createdByColumn({ hidden: true }),
    updatedColumn({ sort: "updated_at" }),
  ];
}
