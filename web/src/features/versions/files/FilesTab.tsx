import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconDownload, IconFiles } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { VersionFile, VersionSource } from "@/api/types";
import { filesQuery, versionUrl } from "@/api/versions";
import { CopyIcon, CopyId } from "@/ui/CopyId";
import { Section } from "@/ui/Section";
import { EmptyState } from "@/ui/States";
import { isMoving } from "@/ui/status";
import { Bytes } from "@/ui/Time";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { isUsable, referenceOf, whenThere } from "../actions/state";
import type { TabProps } from "../tab";
import classes from "./Files.module.css";
import { Proof } from "./Proof";
import { SignatureTable } from "./SignatureTable";

export function FilesTab({ project, version }: TabProps) {
  const { model, number, status, signature, source } = version;
  const query = useQuery(filesQuery({ project, model, number }));
  const columns = useMemo(() => fileColumns({ project, model, number }), [project, model, number]);
  const files = query.data ?? [];
  return (
    <div className={classes.tab}>
      <Section
        title="Files"
        aside={
          isUsable(status) &&
          files.length > 0 && (
            <Button
              variant="default"
              leftSection={<IconDownload size={15} />}
              component="a"
              href={versionUrl({ project, model, number }, "download")}
              download
            >
              Download the MLflow model
            </Button>
          )
        }
      >
        <div className={classes.table}>
          <DataTable
            id="files"
            label={`Files of ${referenceOf(version)}`}
            columns={columns}
            rows={files}
            rowId={(row) => row.path}
            loading={query.isPending}
            error={query.error}
            onRetry={query.refetch}
            toolbar={null}
            empty={
              source ? (
                <NothingAtSource source={source} />
              ) : (
                <EmptyState icon={IconFiles} title="No files">
                  {whenThere(status, "Evaluating")}
                </EmptyState>
              )
            }
          />
        </div>
      </Section>
      {!isMoving(status) && <Proof project={project} model={model} number={number} />}
      {signature && (
        <Section title="Signature">
          <SignatureTable signature={signature} />
        </Section>
      )}
    </div>
  );
}

function NothingAtSource({ source }: { source: VersionSource }) {
  const { location, is_here } = source;
  return (
    <EmptyState icon={IconFiles} title={is_here ? "No files at its source" : "Its files are kept elsewhere"}>
      <code className="mono">{location}</code> <CopyIcon value={location} label="Copy address" />
      <br />
      {is_here
        ? "Its files will appear here."
        : "This server cannot read that location. The mlflow client can, with credentials for it."}
    </EmptyState>
  );
}

function fileColumns(path: { project: string; model: string; number: number }): DataColumn<VersionFile>[] {
  return [
    {
      id: "path",
      header: "Path",
      fixed: true,
      grow: true,
      cell: ({ path: file }) => (
        <span className="mono" title={file}>
          {file}
        </span>
      ),
    },
    { id: "size", header: "Size", align: "right", width: 100, cell: ({ size_bytes }) => <Bytes value={size_bytes} /> },
    {
      id: "digest",
      header: "SHA-256",
      width: 150,
      cell: ({ digest }) => <CopyId value={digest} label="digest" short={digest.slice(0, 12)} />,
    },
    {
      id: "download",
      header: "Download",
      align: "right",
      width: 90,
      cell: ({ path: file }) => (
        <Tooltip label="Download">
          <ActionIcon component="a" href={versionUrl(path, `files/${file}`)} download aria-label={`Download ${file}`}>
            <IconDownload size={15} />
          </ActionIcon>
        </Tooltip>
      ),
    },
  ];
}
