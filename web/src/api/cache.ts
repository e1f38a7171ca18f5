import { type Query, QueryClient, type QueryFilters, type QueryKey } from "@tanstack/react-query";
import { ApiError } from "./errors";
import { isLong } from "./pages";

/** A cache of what was fetched from the server. */
export function newCache(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // The server's answer to a wrong request does not change by asking again; a lost one may.
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
      },
    },
  });
  // A first answer on its way when its query is invalidated may be of before, but is not asked for again by itself.
  queries.getQueryCache().subscribe((event) => {
    if (event.type !== "updated" || event.action.type !== "invalidate") return;
    const { query } = event;
    if (query.state.data !== undefined || query.state.fetchStatus === "idle") return;
    const again = () => queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
    query.fetch().then(again, () => undefined);
  });
  return queries;
}

/** Shared by the routes that fetch ahead and the pages that show it. */
export const cache = newCache();

/** Fetches again what is shown and may have changed unseen. Long lists stay as they are: their readers can reload. */
export function refresh(queries: QueryClient, queryKey?: QueryKey): Promise<void> {
  return queries.invalidateQueries({ queryKey, predicate: ({ state }) => !isLong(state.data) });
}

type Change = (data: unknown) => unknown;

/** Of the queries with an answer on its way: what was changed meanwhile, in order. */
const changes = new WeakMap<Query, Change[]>();

/**
 * Changes what is cached. An answer on its way may be of before and would undo the change, so that it is made to that
 * too: making it twice must be as making it once.
 */
export function patch<Data>(queries: QueryClient, filters: QueryFilters, change: (data: Data) => Data): void {
  for (const query of queries.getQueryCache().findAll(filters)) {
    const apply = (each: Change) => queries.setQueryData(query.queryKey, (data) => data && each(data));
    apply(change as Change);
    if (query.state.fetchStatus === "idle") continue;
    const waiting = changes.get(query);
    if (waiting) waiting.push(change as Change);
    else {
      changes.set(query, [change as Change]);
      const settle = () => {
        changes.get(query)?.forEach(apply);
        changes.delete(query);
      };
      query.fetch().then(settle, settle);
    }
  }
}
