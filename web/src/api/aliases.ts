import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "./client";
import { listAliases, removeAlias, rollBackAlias, setAlias } from "./generated/sdk.gen";
import { keys } from "./keys";

export const aliasesQuery = (project: string, model: string) =>
  queryOptions({
    queryKey: [...keys.model(project, model), "aliases"],
    queryFn: ({ signal }) => unwrap(listAliases({ path: { project, model }, signal })),
  });

/** Moves aliases of a model; `expected` is the version that the page shows, so that nobody else's move is undone. */
export function useAliases(project: string, model: string) {
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: aliasesQuery(project, model).queryKey });
  const set = useMutation({
    mutationFn: ({ alias, version, expected }: { alias: string; version: number; expected: number }) =>
      unwrap(setAlias({ path: { project, model, alias }, body: { version, expected } })),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: ({ alias, expected }: { alias: string; expected: number }) =>
      unwrap(removeAlias({ path: { project, model, alias }, query: { expected } })),
    onSettled,
  });
  const rollBack = useMutation({
    mutationFn: ({ alias, expected }: { alias: string; expected: number }) =>
      unwrap(rollBackAlias({ path: { project, model, alias }, body: { expected } })),
    onSettled,
  });
  return { set, remove, rollBack };
}
