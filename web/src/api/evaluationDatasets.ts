import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { patch, refresh } from "./cache";
import { unwrap } from "./client";
import {
  deleteEvaluationDataset,
  getEvaluationDataset,
  getEvaluationRecord,
  listEvaluationDatasets,
  listEvaluationRecords,
} from "./generated/sdk.gen";
import type { EvaluationDataset, ListEvaluationDatasetsData } from "./generated/types.gen";
import { keys } from "./keys";
import { byPageToken, isLong, type Pages, withoutItems } from "./pages";

/** What a list of evaluation datasets is asked for. */
export type EvaluationDatasetListParams = Pick<
  NonNullable<ListEvaluationDatasetsData["query"]>,
  "experiment" | "search" | "sort" | "order"
>;

const LIMIT = 100;

export const evaluationDatasetsQuery = (project: string, params: EvaluationDatasetListParams) =>
  infiniteQueryOptions({
    queryKey: keys.evaluationDatasetList(project, params),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listEvaluationDatasets({
          path: { project },
          query: { ...params, limit: LIMIT, page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    ...byPageToken,
  });

export const evaluationDatasetQuery = (project: string, dataset: string) =>
  queryOptions({
    queryKey: keys.evaluationDataset(project, dataset),
    queryFn: ({ signal }) => unwrap(getEvaluationDataset({ path: { project, dataset_id: dataset }, signal })),
  });

export const evaluationRecordsQuery = (project: string, dataset: string) =>
  infiniteQueryOptions({
    queryKey: keys.evaluationRecords(project, dataset),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listEvaluationRecords({
          path: { project, dataset_id: dataset },
          query: { limit: LIMIT, page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    refetchOnWindowFocus: ({ state }) => !isLong(state.data),
    ...byPageToken,
  });

export const evaluationRecordQuery = (project: string, dataset: string, record: string) =>
  queryOptions({
    queryKey: keys.evaluationRecord(project, dataset, record),
    queryFn: ({ signal }) =>
      unwrap(getEvaluationRecord({ path: { project, dataset_id: dataset, record_id: record }, signal })),
  });

export function useDeleteEvaluationDataset(project: string, dataset: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(deleteEvaluationDataset({ path: { project, dataset_id: dataset } })),
    onSuccess: () => {
      patch<Pages<EvaluationDataset>>(queries, { queryKey: keys.evaluationDatasetLists(project) }, (data) =>
        withoutItems(data, ({ id }) => id === dataset),
      );
    },
    onSettled: () => refresh(queries, keys.evaluationDatasetLists(project)),
  });
}
