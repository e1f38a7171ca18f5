import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./errors";

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
