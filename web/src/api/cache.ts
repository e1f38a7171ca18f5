import { QueryClient, type QueryKey } from "@tanstack/react-query";
import { ApiError } from "./errors";
import { isLong } from "./pages";

/** What was fetched from the server, shared by the routes that fetch ahead and the pages that show it. */
export const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // The server's answer to a wrong request does not change by asking again; a lost one may.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
  },
});

/** Fetches again what is shown and may have changed unseen. Long lists stay as they are: their readers can reload. */
export function refresh(queries: QueryClient, queryKey?: QueryKey): Promise<void> {
  return queries.invalidateQueries({ queryKey, predicate: ({ state }) => !isLong(state.data) });
}
