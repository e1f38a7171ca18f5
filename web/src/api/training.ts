import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "./client";
import { detectConfig, getConfigSchema, listTrainers, trainVersion, validateConfig } from "./generated/sdk.gen";
import type { ConfigDetectRequest, ConfigValidateRequest, TrainRequest } from "./generated/types.gen";
import { keys } from "./keys";

export const trainersQuery = () =>
  queryOptions({
    queryKey: keys.trainers,
    queryFn: ({ signal }) => unwrap(listTrainers({ signal })),
    staleTime: Infinity,
  });

export const configSchemaQuery = () =>
  queryOptions({
    queryKey: [...keys.trainers, "schema"],
    queryFn: ({ signal }) => unwrap(getConfigSchema({ signal })) as Promise<object>,
    staleTime: Infinity,
  });

export const detectedConfigQuery = (project: string, request: ConfigDetectRequest) =>
  queryOptions({
    queryKey: [...keys.datasets(project), "detect", request],
    queryFn: ({ signal }) => unwrap(detectConfig({ path: { project }, body: request, signal })),
    staleTime: 60_000,
  });

export const validationQuery = (project: string, request: ConfigValidateRequest) =>
  queryOptions({
    queryKey: [...keys.datasets(project), "validate", request],
    queryFn: ({ signal }) => unwrap(validateConfig({ path: { project }, body: request, signal })),
    staleTime: 60_000,
  });

export function useTrainVersion(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ model, body }: { model: string; body: TrainRequest }) =>
      unwrap(trainVersion({ path: { project, model }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.models(project) }),
  });
}
