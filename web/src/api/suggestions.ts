import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "./client";
import { getVersionSuggestions, trainVersion } from "./generated/sdk.gen";
import type { DatasetRef, Suggestion } from "./generated/types.gen";
import { keys } from "./keys";

interface Path {
  project: string;
  model: string;
  number: number;
}

const WHILE_PENDING_MS = 4000;

/** The Co-Pilot's suggestions for a version; asked for again while one of them is being trained. */
export const suggestionsQuery = (path: Path) =>
  queryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "suggestions"),
    queryFn: ({ signal }) => unwrap(getVersionSuggestions({ path, signal })),
    refetchInterval: ({ state: { data } }) =>
      data && [data.outcome, ...data.tried].some((outcome) => outcome?.verdict === "pending")
        ? WHILE_PENDING_MS
        : false,
  });

/** Trains suggestions for a version, each as a new version; stops at the first that is refused. */
export function useTrainSuggestions({ project, model, number }: Path, dataset: DatasetRef | null) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (suggestions: Suggestion[]) => {
      const started = [];
      for (const { id, title, config } of suggestions) {
        const body = {
          config,
          dataset: dataset?.name ?? "",
          dataset_version: dataset?.number,
          description: title,
          parent: number,
          suggestion: id,
        };
        started.push(await unwrap(trainVersion({ path: { project, model }, body })));
      }
      return started;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.models(project) }),
  });
}
