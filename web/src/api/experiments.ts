import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "./client";
import {
  countExperimentContents,
  createExperiment,
  deleteExperiment,
  getExperiment,
  listExperiments,
  restoreExperiment,
  updateExperiment,
} from "./generated/sdk.gen";
import type { ExperimentCreate, ExperimentUpdate, ListExperimentsData } from "./generated/types.gen";
import { keys } from "./keys";
import { byPageToken } from "./pages";

export type ExperimentListParams = Pick<
  NonNullable<ListExperimentsData["query"]>,
  "search" | "sort" | "order" | "state" | "of_models"
>;

export const experimentsQuery = (project: string, params: ExperimentListParams = {}) =>
  infiniteQueryOptions({
    queryKey: keys.experimentList(project, params),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listExperiments({
          path: { project },
          query: { ...params, limit: 100, page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    ...byPageToken,
  });

export const experimentQuery = (project: string, experiment: string) =>
  queryOptions({
    queryKey: keys.experiment(project, experiment),
    queryFn: ({ signal }) => unwrap(getExperiment({ path: { project, experiment_id: experiment }, signal })),
  });

/** How much is in an experiment; counted anew whenever runs are. */
export const experimentContentsQuery = (project: string, experiment: string) =>
  queryOptions({
    queryKey: keys.experimentContents(project, experiment),
    queryFn: ({ signal }) => unwrap(countExperimentContents({ path: { project, experiment_id: experiment }, signal })),
  });

export function useCreateExperiment(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Required<Omit<ExperimentCreate, "tags">>) =>
      unwrap(createExperiment({ path: { project }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.experiments(project) }),
  });
}

export function useUpdateExperiment(project: string, experiment: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ExperimentUpdate) =>
      unwrap(updateExperiment({ path: { project, experiment_id: experiment }, body })),
    onSuccess: (changed) => {
      queries.setQueryData(keys.experiment(project, experiment), changed);
      queries.invalidateQueries({ queryKey: keys.runs(project) });
      return queries.invalidateQueries({ queryKey: [...keys.experiments(project), "list"] });
    },
  });
}

/** Deletes experiments or takes their deletion back, one after the other; stops at the first that is refused. */
export function useMoveExperiments(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ ids, to }: { ids: string[]; to: "deleted" | "active" }) => {
      for (const experiment_id of ids) {
        const path = { project, experiment_id };
        await (to === "deleted" ? unwrap(deleteExperiment({ path })) : unwrap(restoreExperiment({ path })));
      }
    },
    onSettled: () => {
      queries.invalidateQueries({ queryKey: keys.runs(project) });
      return queries.invalidateQueries({ queryKey: keys.experiments(project) });
    },
  });
}
