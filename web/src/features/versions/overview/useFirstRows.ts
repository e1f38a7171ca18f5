import { useQuery } from "@tanstack/react-query";
import { datasetRowsQuery } from "@/api/datasets";
import { useMay } from "@/api/permissions";
import type { RowsPage, Version } from "@/api/types";

/** The first rows of the data that a version was trained on; null until they are here, or when the data is gone or may not be read. */
export function useFirstRows(project: string, version: Version, isSeen: boolean): RowsPage | null {
  const { dataset } = version;
  const may = useMay();
  const query = useQuery({
    ...datasetRowsQuery(project, dataset?.name ?? "", dataset?.number ?? "latest", {}, 0),
    enabled: isSeen && may("project:datasets:read") === true && dataset !== null && version.signature !== null,
  });
  return query.data ?? null;
}
