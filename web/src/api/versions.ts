import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { patch } from "./cache";
import { unwrap } from "./client";
import {
  cancelVersion,
  deleteVersion,
  getVersion,
  getVersionConfig,
  getVersionCurves,
  getVersionEvaluation,
  getVersionExplanation,
  getVersionLog,
  listVersionColumns,
  listVersionFiles,
  listVersions,
  predict,
  retrainVersion,
  updateVersion,
} from "./generated/sdk.gen";
import type { ListVersionsData, PredictData, Version, VersionRow, VersionUpdate } from "./generated/types.gen";
import { keys } from "./keys";
import { nextAfter } from "./log";
import { byPageToken, type Pages, replaceItems } from "./pages";

export type VersionListParams = Omit<NonNullable<ListVersionsData["query"]>, "limit" | "page_token">;

interface Path {
  project: string;
  model: string;
  number: number;
}

export const versionsQuery = (project: string, model: string, params: VersionListParams = {}) =>
  infiniteQueryOptions({
    queryKey: keys.versionList(project, model, params),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listVersions({
          path: { project, model },
          // The first page is small, so that it is soon there; who goes on gets more at a time.
          query: { ...params, limit: pageParam ? 200 : 60, page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    ...byPageToken,
  });

/** The metrics and params that a list of the versions can show. */
export const versionColumnsQuery = (project: string, model: string) =>
  queryOptions({
    queryKey: keys.versionColumns(project, model),
    queryFn: ({ signal }) => unwrap(listVersionColumns({ path: { project, model }, signal })),
    staleTime: 60_000,
  });

export const versionQuery = (path: Path) =>
  queryOptions({
    queryKey: keys.versionInfo(path.project, path.model, path.number),
    queryFn: ({ signal }) => unwrap(getVersion({ path, signal })),
  });

export const versionConfigQuery = (path: Path) =>
  queryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "config"),
    queryFn: ({ signal }) => unwrap(getVersionConfig({ path, signal })),
    staleTime: Infinity,
  });

export const curvesQuery = (path: Path, params: { max_points?: number; key?: string } = {}) =>
  queryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "curves", params),
    queryFn: ({ signal }) => unwrap(getVersionCurves({ path, query: params, signal })),
  });

export const logQuery = (path: Path, search?: string) =>
  infiniteQueryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "log", { search }),
    queryFn: ({ pageParam, signal }) =>
      unwrap(getVersionLog({ path, query: { after: pageParam, limit: 1000, search: search || undefined }, signal })),
    initialPageParam: 0,
    getNextPageParam: nextAfter,
  });

export const evaluationQuery = (path: Path) =>
  queryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "evaluation"),
    queryFn: ({ signal }) => unwrap(getVersionEvaluation({ path, signal })),
  });

export const explanationQuery = (path: Path) =>
  queryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "explanation"),
    queryFn: ({ signal }) => unwrap(getVersionExplanation({ path, signal })),
  });

export const filesQuery = (path: Path) =>
  queryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "files"),
    queryFn: ({ signal }) => unwrap(listVersionFiles({ path, signal })),
  });

/** Where a browser downloads something of a version, e.g. `download`, `log/download` or `files/model/MLmodel`. */
export function versionUrl({ project, model, number }: Path, rest: string): string {
  const part = (value: string) => value.split("/").map(encodeURIComponent).join("/");
  return `/api/v1/projects/${part(project)}/models/${part(model)}/versions/${number}/${part(rest)}`;
}

export function useUpdateVersion(path: Path) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: VersionUpdate) => unwrap(updateVersion({ path, body })),
    onSuccess: (changed) => keepVersion(queries, path.project, changed),
  });
}

/** Changes several versions of a model alike, one after the other; stops at the first that is refused. */
export function useUpdateVersions(project: string, model: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ numbers, body }: { numbers: number[]; body: VersionUpdate }) => {
      for (const number of numbers) {
        keepVersion(queries, project, await unwrap(updateVersion({ path: { project, model, number }, body })));
      }
    },
  });
}

/** Deletes several versions of a model, one after the other; stops at the first that is refused. */
export function useDeleteVersions(project: string, model: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (numbers: number[]) => {
      for (const number of numbers) {
        await unwrap(deleteVersion({ path: { project, model, number } }));
        queries.removeQueries({ queryKey: keys.version(project, model, number) });
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.models(project) }),
  });
}

/** Puts a changed version into the caches: a list of thousands need not be fetched again for one row. */
function keepVersion(queries: QueryClient, project: string, changed: Version): void {
  const { model, number } = changed;
  queries.setQueryData(keys.versionInfo(project, model, number), changed);
  patch<Pages<VersionRow>>(queries, { queryKey: keys.versionLists(project, model) }, (data) =>
    replaceItems(data, (item) => (item.number === number ? { ...item, ...changed } : item)),
  );
}

export function useCancelVersion(path: Path) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(cancelVersion({ path })),
    onSuccess: (changed) => keepVersion(queries, path.project, changed),
  });
}

export function useRetrainVersion(path: Path) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(retrainVersion({ path })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.models(path.project) }),
  });
}

export function usePredict(path: Path) {
  return useMutation({ mutationFn: (body: PredictData["body"]) => unwrap(predict({ path, body })) });
}
