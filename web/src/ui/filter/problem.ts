import { ApiError } from "@/api/errors";

/** What the server said about a filter that it cannot read; null where something else is wrong, or nothing. */
export function filterProblem(filter: string | undefined, error: unknown): string | null {
  return filter && error instanceof ApiError && error.status === 400 ? error.message : null;
}
