import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { BATCH_SIZE, inBatches } from "./batches";
import { patch, refresh } from "./cache";
import { unwrap } from "./client";
import {
  countRuns,
  deleteRuns,
  getRun,
  getRunCurves,
  listRunColumns,
  listRuns,
  restoreRuns,
  updateRun,
} from "./generated/sdk.gen";
import type { ListRunsData, RunSummary, RunUpdate } from "./generated/types.gen";
import { keys } from "./keys";
import { byPageToken, isLong, type Paged, type Pages, replaceItems, withoutItems } from "./pages";

/** What a list of runs is asked for; `experiment` has at least one id. */
export type RunListParams = Pick<NonNullable<ListRunsData["query"]>, "filter" | "order_by" | "state"> & {
  experiment: string[];
};

/** The first page is small, so that it is soon there; who goes on gets more at a time. */
const limitOf = (token: string | null) => (token ? 500 : 100);

export const runsQuery = (project: string, params: RunListParams) =>
  infiniteQueryOptions({
    queryKey: keys.runList(project, params),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listRuns({
          path: { project },
          query: { ...params, limit: limitOf(pageParam), page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    // Comparing many thousands of rows with the old ones, to share what is equal, would cost more than drawing them.
    structuralSharing: false,
    refetchOnWindowFocus: ({ state }) => !isLong(state.data),
    ...byPageToken,
  });

/** The runs of these ids that are in a list, or its first page. */
export async function fetchRuns(project: string, list: RunListParams, ids?: string[]): Promise<RunSummary[]> {
  const named = ids && `run_id IN (${ids.map((id) => `'${id}'`).join(", ")})`;
  const filter = list.filter && named ? `(${list.filter}) AND ${named}` : (named ?? list.filter);
  const page = await unwrap(listRuns({ path: { project }, query: { ...list, filter, limit: limitOf(null) } }));
  return page.items;
}

/** The end of the key of lists that are no pages. */
export const SOME = "some";

/** Some runs at once, without further pages. */
export const someRunsQuery = (project: string, params: RunListParams) =>
  queryOptions({
    queryKey: [...keys.runList(project, params), SOME],
    queryFn: ({ signal }) => unwrap(listRuns({ path: { project }, query: { ...params, limit: BATCH_SIZE }, signal })),
    select: (page) => page.items,
  });

export const runCountQuery = (project: string, params: Omit<RunListParams, "order_by">) =>
  queryOptions({
    queryKey: keys.runCount(project, params),
    queryFn: ({ signal }) => unwrap(countRuns({ path: { project }, query: params, signal })),
  });

export const runColumnsQuery = (project: string, experiments: string[]) =>
  queryOptions({
    queryKey: keys.runColumns(project, experiments),
    queryFn: ({ signal }) => unwrap(listRunColumns({ path: { project }, query: { experiment: experiments }, signal })),
    staleTime: 60_000,
  });

export const runQuery = (project: string, run: string) =>
  queryOptions({
    queryKey: keys.runInfo(project, run),
    queryFn: ({ signal }) => unwrap(getRun({ path: { project, run_id: run }, signal })),
  });

export const runCurvesQuery = (project: string, runs: string[], key: string[], max_points = 500) =>
  queryOptions({
    queryKey: keys.runCurves(project, runs, { key, max_points }),
    queryFn: ({ signal }) => unwrap(getRunCurves({ path: { project }, query: { run: runs, key, max_points }, signal })),
    select: ({ curves }) => curves,
    enabled: runs.length > 0 && key.length > 0,
    structuralSharing: false,
  });

export function useUpdateRun(project: string, run: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: RunUpdate) => unwrap(updateRun({ path: { project, run_id: run }, body })),
    onSuccess: (changed) => {
      queries.setQueryData(keys.runInfo(project, run), changed);
      keepRuns(queries, project, [changed]);
    },
  });
}

/** Deletes runs or takes their deletion back, a thousand at a time. */
export function useMoveRuns(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ ids: all, to }: { ids: string[]; to: "deleted" | "active" }) =>
      inBatches(all, (ids) =>
        unwrap((to === "deleted" ? deleteRuns : restoreRuns)({ path: { project }, body: { ids } })),
      ),
    onSuccess: (_, { ids }) => {
      const gone = new Set(ids);
      queries.setQueriesData<Lists>({ queryKey: keys.runLists(project) }, (data) =>
        data && "pages" in data ? withoutItems(data, ({ id }) => gone.has(id)) : data,
      );
    },
    onSettled: () => {
      queries.invalidateQueries({ queryKey: keys.experiments(project) });
      return refresh(queries, keys.runs(project));
    },
  });
}

/** Puts changed runs into the lists that have them: a list of thousands need not be fetched again for a few rows. */
export function keepRuns(queries: QueryClient, project: string, changed: RunSummary[]): void {
  const byId = new Map(changed.map((run) => [run.id, run]));
  const replace = (run: RunSummary) => byId.get(run.id) ?? run;
  patch<Lists>(queries, { queryKey: keys.runLists(project) }, (data) =>
    "pages" in data ? replaceItems(data, replace) : { ...data, items: data.items.map(replace) },
  );
}

/** What is cached of a list of runs: pages, or some runs at once. */
type Lists = Pages<RunSummary> | Paged<RunSummary>;
