import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "./client";
import {
  deleteDataset,
  getDataset,
  getDatasetProfile,
  getDatasetRows,
  getDatasetVersion,
  listDatasets,
  listDatasetVersions,
  listDatasetVersionUses,
  retypeDatasetVersion,
  updateDataset,
} from "./generated/sdk.gen";
import type { ColumnChange, ListDatasetsData } from "./generated/types.gen";
import { keys } from "./keys";
import { byPageToken } from "./pages";

export type DatasetListParams = Pick<NonNullable<ListDatasetsData["query"]>, "search" | "sort" | "order">;
export type DatasetNumber = number | "latest";

/** Which rows, and in which order. */
export interface RowSort {
  sort?: string;
  order?: "asc" | "desc";
  search?: string;
  where?: string[];
}

export const ROWS_PER_PAGE = 200;

export const datasetsQuery = (project: string, params: DatasetListParams = {}) =>
  infiniteQueryOptions({
    queryKey: keys.datasetList(project, params),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listDatasets({
          path: { project },
          query: { ...params, limit: 100, page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    ...byPageToken,
  });

export const datasetQuery = (project: string, dataset: string) =>
  queryOptions({
    queryKey: [...keys.dataset(project, dataset), "info"],
    queryFn: ({ signal }) => unwrap(getDataset({ path: { project, dataset }, signal })),
  });

export const datasetVersionsQuery = (project: string, dataset: string) =>
  infiniteQueryOptions({
    queryKey: keys.datasetVersions(project, dataset),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listDatasetVersions({
          path: { project, dataset },
          query: { limit: 100, page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    ...byPageToken,
  });

export const datasetVersionQuery = (project: string, dataset: string, number: DatasetNumber) =>
  queryOptions({
    queryKey: keys.datasetVersion(project, dataset, number),
    queryFn: ({ signal }) => unwrap(getDatasetVersion({ path: { project, dataset, number }, signal })),
  });

export const datasetProfileQuery = (project: string, dataset: string, number: DatasetNumber) =>
  queryOptions({
    queryKey: [...keys.datasetVersion(project, dataset, number), "profile"],
    queryFn: ({ signal }) => unwrap(getDatasetProfile({ path: { project, dataset, number }, signal })),
    staleTime: Infinity,
  });

/** One page of rows; pages have a fixed size, so that any part of a long table can be fetched by itself. */
export const datasetRowsQuery = (
  project: string,
  dataset: string,
  number: DatasetNumber,
  sort: RowSort,
  page: number,
) =>
  queryOptions({
    queryKey: [...keys.datasetVersion(project, dataset, number), "rows", sort, page],
    queryFn: ({ signal }) =>
      unwrap(
        getDatasetRows({
          path: { project, dataset, number },
          query: { ...sort, offset: page * ROWS_PER_PAGE, limit: ROWS_PER_PAGE },
          signal,
        }),
      ),
    staleTime: Infinity,
  });

export const datasetUsesQuery = (project: string, dataset: string, number: DatasetNumber) =>
  queryOptions({
    queryKey: [...keys.datasetVersion(project, dataset, number), "uses"],
    queryFn: ({ signal }) => unwrap(listDatasetVersionUses({ path: { project, dataset, number }, signal })),
  });

export function useUpdateDataset(project: string, dataset: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (description: string) => unwrap(updateDataset({ path: { project, dataset }, body: { description } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.datasets(project) }),
  });
}

export function useDeleteDataset(project: string, dataset: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(deleteDataset({ path: { project, dataset } })),
    onSuccess: () => {
      queries.removeQueries({ queryKey: keys.dataset(project, dataset) });
      return queries.invalidateQueries({ queryKey: keys.datasets(project) });
    },
  });
}

/** Makes a version of the same rows in which a column has another type. */
export function useRetypeColumn(project: string, dataset: string, number: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: ColumnChange) =>
      unwrap(retypeDatasetVersion({ path: { project, dataset, number }, body: { changes: [change] } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.datasets(project) }),
  });
}
