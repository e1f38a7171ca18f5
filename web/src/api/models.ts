import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "./client";
import { compareVersions, createModel, deleteModel, getModel, listModels, updateModel } from "./generated/sdk.gen";
import type { ListModelsData, ModelCreate, ModelUpdate } from "./generated/types.gen";
import { keys } from "./keys";
import { byPageToken } from "./pages";

export type ModelListParams = Pick<NonNullable<ListModelsData["query"]>, "search" | "sort" | "order">;

export const modelsQuery = (project: string, params: ModelListParams = {}) =>
  infiniteQueryOptions({
    queryKey: keys.modelList(project, params),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listModels({ path: { project }, query: { ...params, limit: 100, page_token: pageParam ?? undefined }, signal }),
      ),
    ...byPageToken,
  });

export const modelQuery = (project: string, model: string) =>
  queryOptions({
    queryKey: keys.modelInfo(project, model),
    queryFn: ({ signal }) => unwrap(getModel({ path: { project, model }, signal })),
  });

export const comparisonQuery = (project: string, model: string, numbers: number[]) =>
  queryOptions({
    queryKey: keys.comparison(project, model, numbers),
    queryFn: ({ signal }) => unwrap(compareVersions({ path: { project, model }, query: { v: numbers }, signal })),
  });

export function useCreateModel(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Required<ModelCreate>) => unwrap(createModel({ path: { project }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.models(project) }),
  });
}

export function useUpdateModel(project: string, model: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ModelUpdate) => unwrap(updateModel({ path: { project, model }, body })),
    onSuccess: (changed) => {
      queries.setQueryData(keys.modelInfo(project, model), changed);
      return queries.invalidateQueries({ queryKey: keys.modelLists(project) });
    },
  });
}

export function useDeleteModel(project: string, model: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(deleteModel({ path: { project, model } })),
    onSuccess: () => {
      queries.removeQueries({ queryKey: keys.model(project, model) });
      return queries.invalidateQueries({ queryKey: keys.modelLists(project) });
    },
  });
}
