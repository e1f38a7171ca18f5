import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { inBatches } from "./batches";
import { patch, refresh } from "./cache";
import { unwrap } from "./client";
import {
  countRunTraces,
  countTraces,
  deleteTraces,
  getTrace,
  listRunTraces,
  listTraces,
  updateTrace,
} from "./generated/sdk.gen";
import type { ListTracesData, TraceSummary, TraceUpdate } from "./generated/types.gen";
import { keys } from "./keys";
import { byPageToken, isLong, type Pages, withHead, withoutItems } from "./pages";

/** Those of an experiment, or of a run. */
export type TracesOf = { experiment: string } | { run: string };

/** What a list of traces is asked for. */
export type TraceListParams = Pick<NonNullable<ListTracesData["query"]>, "filter" | "order_by"> & TracesOf;

const LIMIT = 100;

export const tracesQuery = (project: string, params: TraceListParams) =>
  infiniteQueryOptions({
    queryKey: keys.traceList(project, params),
    queryFn: ({ pageParam, signal }) => fetchPage(project, params, pageParam, signal),
    refetchOnWindowFocus: ({ state }) => !isLong(state.data),
    ...byPageToken,
  });

function fetchPage(project: string, params: TraceListParams, token: string | null, signal?: AbortSignal) {
  const { filter, order_by } = params;
  const query = { filter, order_by, limit: LIMIT, page_token: token ?? undefined };
  return "run" in params
    ? unwrap(listRunTraces({ path: { project, run_id: params.run }, query, signal }))
    : unwrap(listTraces({ path: { project }, query: { ...query, experiment: [params.experiment] }, signal }));
}

export const traceCountQuery = (project: string, of: TracesOf, filter: string | undefined) =>
  queryOptions({
    queryKey: keys.traceCount(project, { ...of, filter }),
    queryFn: ({ signal }) =>
      "run" in of
        ? unwrap(countRunTraces({ path: { project, run_id: of.run }, query: { filter }, signal }))
        : unwrap(countTraces({ path: { project }, query: { filter, experiment: [of.experiment] }, signal })),
  });

export const traceQuery = (project: string, trace: string) =>
  queryOptions({
    queryKey: keys.trace(project, trace),
    queryFn: ({ signal }) => unwrap(getTrace({ path: { project, trace_id: trace }, signal })),
  });

export function useUpdateTrace(project: string, trace: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: TraceUpdate) => unwrap(updateTrace({ path: { project, trace_id: trace }, body })),
    onSuccess: (changed) => {
      queries.setQueryData(keys.trace(project, trace), changed);
      return refresh(queries, keys.traceLists(project));
    },
  });
}

/** Deletes traces for good, a thousand at a time. */
export function useDeleteTraces(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (all: string[]) => inBatches(all, (ids) => unwrap(deleteTraces({ path: { project }, body: { ids } }))),
    onSuccess: (_, ids) => {
      const gone = new Set(ids);
      patch<Pages<TraceSummary>>(queries, { queryKey: keys.traceLists(project) }, (data) =>
        withoutItems(data, ({ id }) => gone.has(id)),
      );
    },
    onSettled: () => refresh(queries, keys.traceLists(project)),
  });
}

/** Fetches again what is shown of traces; of a list that somebody has scrolled far down only its beginning. */
export async function refreshTraces(queries: QueryClient, project: string): Promise<void> {
  refresh(queries, keys.traces(project));
  const shown = queries.getQueryCache().findAll({ queryKey: keys.traceLists(project), type: "active" });
  for (const { queryKey, state } of shown) {
    if (!isLong(state.data)) continue;
    const head = await fetchPage(project, queryKey.at(-1) as TraceListParams, null);
    queries.setQueryData<Pages<TraceSummary>>(queryKey, (old) => old && withHead(old, head.items, ({ id }) => id));
  }
}
