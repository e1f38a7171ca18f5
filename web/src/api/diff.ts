import { queryOptions } from "@tanstack/react-query";
import { unwrap } from "./client";
import { diffVersions, getVersionHistory } from "./generated/sdk.gen";
import { keys } from "./keys";

export interface VersionPath {
  project: string;
  model: string;
  number: number;
}

/** The differences from one version to another of the same project; `lines` adds the texts of both configs. */
export const diffQuery = (before: VersionPath, after: Pick<VersionPath, "model" | "number">, lines: boolean) => {
  const query = { other: after.number, other_model: after.model, lines };
  return queryOptions({
    queryKey: keys.diff(before.project, before.model, before.number, query),
    queryFn: ({ signal }) => unwrap(diffVersions({ path: { ...before }, query, signal })),
  });
};

export const historyQuery = (path: VersionPath) =>
  queryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "history"),
    queryFn: ({ signal }) => unwrap(getVersionHistory({ path: { ...path }, signal })),
  });
