import type { ReactNode } from "react";
import { isNotFound } from "@/api/errors";
import { ErrorState } from "./States";

interface Props {
  query: { error: unknown; refetch: () => unknown };
  /** What is said where there is no such thing. */
  missing: ReactNode;
}

/** In place of a thing that could not be fetched. */
export function MissingOrFailed({ query: { error, refetch }, missing }: Props) {
  return isNotFound(error) ? missing : <ErrorState error={error} retry={refetch} />;
}
