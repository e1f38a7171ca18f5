import { queryOptions } from "@tanstack/react-query";
import { unwrap } from "./client";
import { getModelLineage, getVersionLineage } from "./generated/sdk.gen";
import type { GetModelLineageData, GetVersionLineageData } from "./generated/types.gen";
import { keys } from "./keys";

type ModelLineageParams = NonNullable<GetModelLineageData["query"]>;
type VersionLineageParams = NonNullable<GetVersionLineageData["query"]>;

/** More could neither be laid out quickly nor be taken in. */
export const MAX_NODES = 500;

export const modelLineageQuery = (project: string, model: string, params: ModelLineageParams = {}) =>
  queryOptions({
    queryKey: keys.modelLineage(project, model, params),
    queryFn: ({ signal }) =>
      unwrap(getModelLineage({ path: { project, model }, query: { ...params, limit: MAX_NODES }, signal })),
  });

export const versionLineageQuery = (
  path: { project: string; model: string; number: number },
  params: VersionLineageParams = {},
) =>
  queryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "lineage", params),
    queryFn: ({ signal }) => unwrap(getVersionLineage({ path, query: { ...params, limit: MAX_NODES }, signal })),
  });
