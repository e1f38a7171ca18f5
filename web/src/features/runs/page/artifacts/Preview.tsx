import { Button, Skeleton } from "@mantine/core";
import { IconDownload, IconFile } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { artifactsQuery, artifactTextQuery, artifactUrl } from "@/api/artifacts";
import { formatBytes, formatCount } from "@/lib/format";
import { CopyIcon } from "@/ui/CopyId";
import { Markdown } from "@/ui/markdown/Markdown";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { EmptyState, ErrorState } from "@/ui/States";
import { Bytes } from "@/ui/Time";
import classes from "./Artifacts.module.css";
import { foldersOf, type Kind, kindOf, nameOf } from "./kinds";
import { delimitedTable, jsonTable, type TableData } from "./tables";

const MAX_TEXT_BYTES = 512 * 1024;
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;
const MAX_ROWS = 500;

interface Props {
  project: string;
  run: string;
  path: string;
}

/** One file: its name, size and download, and its content as far as it can be shown. */
export function Preview({ project, run, path }: Props) {
  const folder = useQuery(artifactsQuery(project, run, foldersOf(path).at(-1) ?? ""));
  const entry = folder.data?.find((each) => each.path === path);
  if (folder.error) return <ErrorState error={folder.error} retry={folder.refetch} />;
  if (!folder.data) return <Skeleton height={200} />;
  if (!entry) return <EmptyState icon={IconFile} title={`There is no file ${path}`} />;
  if (entry.is_dir) return <EmptyState icon={IconFile} title={`${nameOf(path)} is a folder`} />;
  const size = entry.size_bytes ?? 0;
  return (
    <section aria-label={path} className={classes.preview}>
      <div className={classes.bar}>
        <span className={classes.path}>
          <h2>{path}</h2>
          <CopyIcon value={path} label="Copy the path" />
        </span>
        <span className={classes.quiet}>
          <Bytes value={size} />
        </span>
        <Button
          variant="default"
          leftSection={<IconDownload size={15} />}
          component="a"
          href={artifactUrl(project, run, path)}
          download={nameOf(path)}
        >
          Download
        </Button>
      </div>
      <Shown project={project} run={run} path={path} size={size} />
    </section>
  );
}

function Shown({ project, run, path, size }: Props & { size: number }) {
  const kind = kindOf(path);
  if (kind === "none") return <NoPreview>Files of this kind are not shown.</NoPreview>;
  if (kind === "image") {
    if (size > MAX_IMAGE_BYTES)
      return <NoPreview>Images above {formatBytes(MAX_IMAGE_BYTES)} are not shown.</NoPreview>;
    return <Picture url={artifactUrl(project, run, path)} name={nameOf(path)} />;
  }
  return <Text project={project} run={run} path={path} kind={kind} />;
}

function NoPreview({ children }: { children: React.ReactNode }) {
  return (
    <EmptyState icon={IconFile} title="No preview">
      {children} Download it to look at it.
    </EmptyState>
  );
}

function Picture({ url, name }: { url: string; name: string }) {
  const [failed, setFailed] = useState(false);
  if (failed) return <NoPreview>The image cannot be drawn.</NoPreview>;
  return (
    <div className={classes.picture}>
      <img src={url} alt={name} onError={() => setFailed(true)} />
    </div>
  );
}

function Text({ project, run, path, kind }: Props & { kind: Kind }) {
  const query = useQuery(artifactTextQuery(project, run, path, MAX_TEXT_BYTES));
  if (query.error) return <ErrorState error={query.error} retry={query.refetch} />;
  if (!query.data) return <Skeleton height={200} />;
  const { text, cut } = query.data;
  return (
    <>
      {cut && <p className={classes.notice}>Only the first {formatBytes(MAX_TEXT_BYTES)} are shown.</p>}
      <Content text={text} cut={cut} path={path} kind={kind} />
    </>
  );
}

function Content({ text, cut, path, kind }: { text: string; cut: boolean; path: string; kind: Kind }) {
  const json = useMemo(() => (kind === "json" && !cut ? parseJson(text) : undefined), [kind, cut, text]);
  const table = useMemo(
    () => (kind === "table" ? delimitedTable(text, path, cut) : json === undefined ? null : jsonTable(json)),
    [kind, text, path, cut, json],
  );
  if (text === "") return <p className={classes.notice}>The file is empty.</p>;
  if (kind === "markdown") return <Markdown text={text} />;
  if (table) return <Table table={table} name={path} />;
  const shown = json === undefined ? text : JSON.stringify(json, null, 2);
  return (
    <ScrollRegion label={`Text of ${path}`} className={classes.text}>
      <pre>{shown}</pre>
    </ScrollRegion>
  );
}

/** The value of a JSON text; undefined where it is none, so that it is shown as it is. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function Table({ table: { columns, rows }, name }: { table: TableData; name: string }) {
  return (
    <>
      <ScrollRegion label={`Table of ${name}`} className={classes.text}>
        <table className={classes.cells}>
          <thead>
            <tr>
              {columns.map((column, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns of a file may be called alike.
                <th key={index} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MAX_ROWS).map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other identity.
              <tr key={index}>
                {row.map((value, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns of a file may be called alike.
                  <td key={column} data-number={value !== "" && Number.isFinite(Number(value)) ? true : undefined}>
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {rows.length > MAX_ROWS && (
        <p className={classes.notice}>
          {formatCount(MAX_ROWS)} of {formatCount(rows.length)} rows are shown.
        </p>
      )}
    </>
  );
}
