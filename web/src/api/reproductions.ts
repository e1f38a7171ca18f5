import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "./client";
import { listReproductions, reproduceVersion } from "./generated/sdk.gen";
import { keys } from "./keys";

interface Path {
  project: string;
  model: string;
  number: number;
}

export const reproductionsQuery = (path: Path) =>
  queryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "reproductions"),
    queryFn: ({ signal }) => unwrap(listReproductions({ path, signal })),
    // The training is another version's, so this one's events do not tell when it ends.
    refetchInterval: ({ state }) => (state.data?.some(({ verdict }) => !verdict) ? 2000 : false),
  });

export function useReproduceVersion(path: Path) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(reproduceVersion({ path, body: {} })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.models(path.project) }),
  });
}
