import { Button, Text } from "@mantine/core";
import { IconDatabase, IconUpload } from "@tabler/icons-react";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type DragEvent, useMemo, useState } from "react";
import { datasetsQuery } from "@/api/datasets";
import { useMay } from "@/api/permissions";
import { topics } from "@/api/topics";
import type { Dataset } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { formatCount } from "@/lib/format";
import { ExamplesBelow } from "@/ui/ExamplesBelow";
import { plainText } from "@/ui/markdown/read";
import { Needs } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { SearchField } from "@/ui/SearchField";
import { EmptyState } from "@/ui/States";
import { Bytes } from "@/ui/Time";
import { createdByColumn, createdColumn, nameColumn, updatedColumn } from "@/ui/table/commonColumns";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { useListTable } from "@/ui/table/useListTable";
import { useShow } from "@/ui/table/useShow";
import { uploadExamples } from "./code";
import classes from "./DatasetsPage.module.css";
import { datasetList } from "./search";
import { UploadDialog } from "./UploadDialog";

const route = getRouteApi("/p/$project/datasets");

export function DatasetsPage() {
  const { project } = route.useParams();
  const search = route.useSearch();
  const { q } = search;
  const list = datasetList(search);
  const navigate = useNavigate();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const [upload, setUpload] = useState<{ file: File | null } | null>(search.upload ? { file: null } : null);
  const [over, setOver] = useState(false);
  const mayUpload = useMay()("project:datasets:write") === true;
  useEvents(project, topics.datasets);

  const { table, field, isEmpty } = useListTable(datasetsQuery(project, list), list);
  const columns = useMemo(() => datasetColumns(project), [project]);

  const close = () => {
    setUpload(null);
    if (search.upload) show({ upload: undefined });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && mayUpload) setUpload({ file });
  };
  const uploadButton = (
    <Needs permission="project:datasets:write">
      <Button leftSection={<IconUpload size={15} />} onClick={() => setUpload({ file: null })}>
        Upload dataset
      </Button>
    </Needs>
  );

  return (
    <Page title="Datasets" context={project} actions={uploadButton} fill>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the drop is an addition; the upload button does the same. */}
      <div
        className={classes.target}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(mayUpload);
        }}
        onDragLeave={(event) => event.currentTarget === event.target && setOver(false)}
        onDrop={drop}
      >
        <DataTable
          id="datasets"
          label="Datasets"
          noun="dataset"
          columns={columns}
          rowId={(row) => row.name}
          {...table}
          exported={{ project, path: "datasets", query: list, fields: FIELDS }}
          onOpen={(row) => navigate({ to: "/p/$project/datasets/$dataset", params: { project, dataset: row.name } })}
          toolbar={isEmpty ? null : <SearchField label="Filter datasets" {...field} />}
          empty={<Empty project={project} q={q} action={uploadButton} />}
          fill
        />
      </div>
      <UploadDialog project={project} opened={upload !== null && mayUpload} file={upload?.file} onClose={close} />
    </Page>
  );
}

function Empty({ project, q, action }: { project: string; q?: string; action: React.ReactNode }) {
  if (q) return <EmptyState icon={IconDatabase} title={`No dataset's name contains “${q}”`} />;
  return (
    <>
      <EmptyState icon={IconDatabase} title="No datasets yet" action={action}>
        A dataset is a table you train on. Drop a CSV, TSV, Parquet or JSON Lines file here; every upload is kept as a
        version.
      </EmptyState>
      <ExamplesBelow
        intro="Or from code:"
        label="Upload from code"
        examples={uploadExamples(project, "iris", "iris.csv")}
      />
    </>
  );
}

/** What the columns are called in a file. */
const FIELDS = {
  name: "name",
  description: "description",
  version: "latest_version.number",
  rows: "latest_version.row_count",
  columns: "latest_version.column_count",
  size: "latest_version.size_bytes",
  models: "model_count",
  created: "created_at",
  updated: "updated_at",
  by: "created_by",
};

function datasetColumns(project: string): DataColumn<Dataset>[] {
  return [
    nameColumn(({ name }) => (
      <Link to="/p/$project/datasets/$dataset" params={{ project, dataset: name }} className="text-link">
        {name}
      </Link>
    )),
    {
      id: "description",
      header: "Description",
      grow: true,
      cell: ({ description }) => (
        <Text span inherit c="dimmed" title={description}>
          {plainText(description)}
        </Text>
      ),
    },
    {
      id: "version",
      header: "Latest",
      cell: ({ name, latest_version: latest }) =>
        latest && (
          <Link
            to="/p/$project/datasets/$dataset/versions/$number"
            params={{ project, dataset: name, number: latest.number }}
            className="text-link tabular"
          >
            #{latest.number}
          </Link>
        ),
    },
    {
      id: "rows",
      header: "Rows",
      sort: "rows",
      align: "right",
      cell: ({ latest_version: latest }) => (latest ? formatCount(latest.row_count) : "–"),
    },
    {
      id: "columns",
      header: "Columns",
      align: "right",
      cell: ({ latest_version: latest }) => (latest ? formatCount(latest.column_count) : "–"),
    },
    {
      id: "size",
      header: "Size",
      align: "right",
      cell: ({ latest_version: latest }) => (latest ? <Bytes value={latest.size_bytes} /> : "–"),
    },
    { id: "models", header: "Models", align: "right", cell: ({ model_count }) => formatCount(model_count) },
    createdColumn({ sort: "created_at", hidden: true }),
    updatedColumn({ sort: "updated_at" }),
    createdByColumn({ hidden: true }),
  ];
}
