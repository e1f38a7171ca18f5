import { NativeSelect } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { activityQuery } from "@/api/projects";
import { topics } from "@/api/topics";
import type { ActivityRecord } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { Page } from "@/ui/Page";
import { SearchField } from "@/ui/SearchField";
import { EmptyState } from "@/ui/States";
import { Time } from "@/ui/Time";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { useListTable } from "@/ui/table/useListTable";
import { useShow } from "@/ui/table/useShow";
import classes from "./ActivityPage.module.css";
import { detailText, verbOf } from "./describe";
import { ObjectLink } from "./ObjectLink";
import { activitySearch, KINDS } from "./search";

const route = getRouteApi("/p/$project/activity");

const CHOICES = [
  { value: "", label: "Everything" },
  ...Object.entries(KINDS).map(([value, label]) => ({ value, label })),
];

/** What the columns are called in a file. */
const FIELDS = { at: "at", actor: "actor", action: ["action", "object_kind", "object_name"], detail: "detail" };

/** The audit record: who changed what, and when. */
export function ActivityPage() {
  const { project } = route.useParams();
  const { kind, name } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  useEvents(project, topics.activity);
  const list = { object_kind: kind, object_name: name };
  const { table } = useListTable(activityQuery(project, list));
  const columns = useMemo(() => activityColumns(project), [project]);
  const filtered = Boolean(kind || name);
  return (
    <Page title="Activity" context={project} fill>
      <DataTable
        id="activity"
        label="Activity"
        columns={columns}
        rowId={(row) => String(row.id)}
        {...table}
        exported={{ project, path: "activity", query: list, fields: FIELDS }}
        toolbar={
          <>
            <NativeSelect
              aria-label="Kind of object"
              size="xs"
              data={CHOICES}
              value={kind ?? ""}
              onChange={(event) => show({ kind: activitySearch({ kind: event.currentTarget.value }).kind })}
            />
            <SearchField label="Name of the object" value={name} onChange={(next) => show({ name: next })} />
          </>
        }
        empty={
          <EmptyState icon={IconActivity} title={filtered ? "Nothing matches" : "Nothing has happened yet"}>
            Every change to this project is recorded here, with who made it.
          </EmptyState>
        }
        fill
      />
    </Page>
  );
}

function activityColumns(project: string): DataColumn<ActivityRecord>[] {
  return [
    { id: "at", header: "When", fixed: true, width: 130, cell: ({ at }) => <Time at={at} /> },
    { id: "actor", header: "Who", cell: ({ actor }) => actor },
    {
      id: "action",
      header: "What",
      fixed: true,
      cell: (record) => (
        <>
          <span className={classes.verb}>{verbOf(record.action)}</span>{" "}
          <span className={classes.quiet}>{record.object_kind.replaceAll("_", " ")}</span>{" "}
          <ObjectLink project={project} record={record} />
        </>
      ),
    },
    {
      id: "detail",
      header: "Details",
      grow: true,
      cell: ({ detail }) => (
        <span className={classes.quiet} title={JSON.stringify(detail, null, 1)}>
          {detailText(detail)}
        </span>
      ),
    },
    { id: "code", header: "Action", hidden: true, cell: ({ action }) => <code className="mono">{action}</code> },
  ];
}
