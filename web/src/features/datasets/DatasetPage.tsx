import { Button, Menu } from "@mantine/core";
import { IconDots, IconTrash, IconUpload } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { datasetQuery, datasetVersionsQuery, useDeleteDataset, useUpdateDataset } from "@/api/datasets";
import { itemsOf, totalOf } from "@/api/pages";
import { topics } from "@/api/topics";
import type { Dataset, DatasetVersionSummary } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { formatCount, plural } from "@/lib/format";
import { CodeExamples } from "@/ui/CodeExamples";
import { CopyId } from "@/ui/CopyId";
import { DangerConfirm } from "@/ui/DangerConfirm";
import { InlineEdit } from "@/ui/InlineEdit";
import { HiddenWithout, Needs } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { Content, Section } from "@/ui/Section";
import { EmptyState, ErrorState } from "@/ui/States";
import { Bytes } from "@/ui/Time";
import { createdByColumn, createdColumn } from "@/ui/table/commonColumns";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { uploadExamples } from "./code";
import { UploadDialog } from "./UploadDialog";

const route = getRouteApi("/p/$project/datasets/$dataset");

export function DatasetPage() {
  const { project, dataset: name } = route.useParams();
  const [dialog, setDialog] = useState<"upload" | "delete" | null>(null);
  useEvents(project, topics.datasets);
  const dataset = useQuery(datasetQuery(project, name));
  const versions = useInfiniteQuery(datasetVersionsQuery(project, name));
  const update = useUpdateDataset(project, name);
  const navigate = useNavigate();
  const columns = useMemo(() => versionColumns(project), [project]);
  const rows = useMemo(() => itemsOf(versions.data), [versions.data]);

  return (
    <Page
      title={name}
      context={project}
      crumbs={[
        {
          key: "datasets",
          link: (
            <Link to="/p/$project/datasets" params={{ project }}>
              Datasets
            </Link>
          ),
        },
      ]}
      actions={
        dataset.data && (
          <>
            <Needs permission="project:models:train">
              <Button
                variant="default"
                renderRoot={(props) => (
                  <Link to="/p/$project/models/new" params={{ project }} search={{ dataset: name }} {...props} />
                )}
              >
                Train a model
              </Button>
            </Needs>
            <Needs permission="project:datasets:write">
              <Button leftSection={<IconUpload size={15} />} onClick={() => setDialog("upload")}>
                Upload version
              </Button>
            </Needs>
            <HiddenWithout permission="project:datasets:delete">
              <More onDelete={() => setDialog("delete")} />
            </HiddenWithout>
          </>
        )
      }
    >
      {dataset.error ? (
        <ErrorState error={dataset.error} retry={dataset.refetch} />
      ) : (
        <>
          <Content>
            {dataset.data && (
              <InlineEdit
                label="description"
                permission="project:datasets:write"
                value={dataset.data.description}
                onSave={(text) => update.mutateAsync(text)}
                multiline
              />
            )}
          </Content>
          <DataTable
            id="dataset-versions"
            label={`Versions of ${name}`}
            columns={columns}
            rows={rows}
            rowId={(row) => String(row.number)}
            loading={versions.isPending}
            error={versions.error}
            onRetry={versions.refetch}
            total={totalOf(versions.data)}
            noun="version"
            toolbar={<h2 style={{ margin: 0, fontSize: "inherit", fontWeight: 600 }}>Versions</h2>}
            hasMore={versions.hasNextPage}
            loadingMore={versions.isFetchingNextPage}
            onLoadMore={versions.fetchNextPage}
            onOpen={(row) =>
              navigate({
                to: "/p/$project/datasets/$dataset/versions/$number",
                params: { project, dataset: name, number: row.number },
              })
            }
            exported={{ project, path: `datasets/${name}/versions`, query: {}, fields: VERSION_FIELDS }}
            empty={<EmptyState title="No versions">Upload a table to create the first one.</EmptyState>}
          />
          <Content>
            <Section title="Upload a version from code">
              <CodeExamples
                label="Upload from code"
                examples={uploadExamples(project, name, rows[0]?.source_name ?? `${name}.csv`)}
              />
            </Section>
          </Content>
        </>
      )}
      <UploadDialog project={project} dataset={name} opened={dialog === "upload"} onClose={() => setDialog(null)} />
      {dataset.data && (
        <DeleteDataset
          project={project}
          dataset={dataset.data}
          versions={totalOf(versions.data) ?? rows.length}
          opened={dialog === "delete"}
          onClose={() => setDialog(null)}
        />
      )}
    </Page>
  );
}

function More({ onDelete }: { onDelete: () => void }) {
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" px={8} aria-label="More actions">
          <IconDots size={16} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item color="var(--bad)" leftSection={<IconTrash size={15} />} onClick={onDelete}>
          Delete dataset…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface DeleteProps {
  project: string;
  dataset: Dataset;
  versions: number;
  opened: boolean;
  onClose: () => void;
}

function DeleteDataset({ project, dataset, versions, opened, onClose }: DeleteProps) {
  const remove = useDeleteDataset(project, dataset.name);
  const navigate = useNavigate();
  return (
    <DangerConfirm
      opened={opened}
      onClose={onClose}
      title={`Delete ${dataset.name}?`}
      losses={[`the dataset with its description`, `${plural(versions, "version")} and their data`]}
      name={dataset.name}
      verb="Delete dataset"
      onConfirm={async () => {
        await remove.mutateAsync();
        await navigate({ to: "/p/$project/datasets", params: { project } });
      }}
    />
  );
}

/** What the columns are called in a file. */
const VERSION_FIELDS = {
  number: "number",
  source: "source_name",
  rows: "row_count",
  columns: "column_count",
  size: "size_bytes",
  digest: "digest",
  created: "created_at",
  by: "created_by",
};

function versionColumns(project: string): DataColumn<DatasetVersionSummary>[] {
  return [
    {
      id: "number",
      header: "#",
      fixed: true,
      cell: ({ dataset, number }) => (
        <Link
          to="/p/$project/datasets/$dataset/versions/$number"
          params={{ project, dataset, number }}
          className="text-link tabular"
        >
          {number}
        </Link>
      ),
    },
    { id: "source", header: "Uploaded as", grow: true, cell: ({ source_name }) => source_name },
    { id: "rows", header: "Rows", align: "right", cell: ({ row_count }) => formatCount(row_count) },
    { id: "columns", header: "Columns", align: "right", cell: ({ column_count }) => formatCount(column_count) },
    { id: "size", header: "Size", align: "right", cell: ({ size_bytes }) => <Bytes value={size_bytes} /> },
    { id: "digest", header: "Digest", cell: ({ digest }) => <CopyId value={digest} label="digest" /> },
    createdColumn(),
    createdByColumn({ header: "By" }),
  ];
}
