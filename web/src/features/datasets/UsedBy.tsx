import { Button } from "@mantine/core";
import { IconBox } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { datasetUsesQuery } from "@/api/datasets";
import type { DatasetUse } from "@/api/types";
import { CodeExamples } from "@/ui/CodeExamples";
import { Needs } from "@/ui/Needs";
import { Content, Section } from "@/ui/Section";
import { EmptyState } from "@/ui/States";
import { StatusBadge } from "@/ui/StatusBadge";
import { createdColumn } from "@/ui/table/commonColumns";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { readExamples } from "./code";

const route = getRouteApi("/p/$project/datasets/$dataset/versions/$number");

/** The model versions trained on this snapshot, and how to read it from code. */
export function UsedBy() {
  const { project, dataset, number } = route.useParams();
  const uses = useQuery(datasetUsesQuery(project, dataset, number));
  const navigate = useNavigate();
  const columns = useMemo(() => columnsFor(project), [project]);
  return (
    <>
      <DataTable
        id="dataset-uses"
        label="Model versions trained on this dataset version"
        columns={columns}
        rows={uses.data ?? NONE}
        rowId={(row) => `${row.model}/${row.number}`}
        loading={uses.isPending}
        error={uses.error}
        onRetry={uses.refetch}
        toolbar={null}
        onOpen={(row) =>
          navigate({
            to: "/p/$project/models/$model/versions/$number",
            params: { project, model: row.model, number: row.number },
          })
        }
        empty={
          <EmptyState
            icon={IconBox}
            title="No model was trained on this version yet"
            action={
              <Needs permission="project:models:train">
                <Button
                  renderRoot={(props) => (
                    <Link
                      to="/p/$project/models/new"
                      params={{ project }}
                      search={{ dataset, version: number }}
                      {...props}
                    />
                  )}
                >
                  Train a model
                </Button>
              </Needs>
            }
          />
        }
      />
      <Content>
        <Section title="Use it from code">
          <CodeExamples examples={readExamples(project, dataset, number)} />
        </Section>
      </Content>
    </>
  );
}

const NONE: DatasetUse[] = [];

function columnsFor(project: string): DataColumn<DatasetUse>[] {
  return [
    {
      id: "version",
      header: "Version",
      fixed: true,
      cell: ({ model, number }) => (
        <Link to="/p/$project/models/$model/versions/$number" params={{ project, model, number }} className="text-link">
          {model} <span className="tabular">#{number}</span>
        </Link>
      ),
    },
    { id: "target", header: "Target", grow: true, cell: ({ target }) => target },
    { id: "status", header: "Status", cell: ({ status }) => <StatusBadge status={status} /> },
    createdColumn(),
  ];
}
