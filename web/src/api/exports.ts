export type ExportFormat = "csv" | "parquet";

export interface ExportedList {
  /** The list's path below the project, e.g. `models/iris/versions`. */
  path: string;
  /** What the list is asked for: its filter, search and order. */
  query: object;
}

/** Where a list of the project is answered as a file, whole and with these columns. */
export function exportUrl(
  project: string,
  { path, query }: ExportedList,
  format: ExportFormat,
  columns: string[],
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null && item !== "") parameters.append(name, String(item));
    }
  }
  parameters.append("format", format);
  for (const column of columns) parameters.append("columns", column);
  const parts = path.split("/").map(encodeURIComponent).join("/");
  return `/api/v1/projects/${encodeURIComponent(project)}/${parts}?${parameters}`;
}
