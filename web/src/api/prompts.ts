import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { unwrap } from "./client";
import { getPrompt, listPrompts, listPromptVersions } from "./generated/sdk.gen";
import type { ListPromptsData } from "./generated/types.gen";
import { keys } from "./keys";
import { byPageToken } from "./pages";

export type PromptListParams = Pick<NonNullable<ListPromptsData["query"]>, "search" | "sort" | "order">;

export const promptsQuery = (project: string, params: PromptListParams = {}) =>
  infiniteQueryOptions({
    queryKey: keys.promptList(project, params),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listPrompts({
          path: { project },
          query: { ...params, limit: 100, page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    ...byPageToken,
  });

export const promptQuery = (project: string, prompt: string) =>
  queryOptions({
    queryKey: keys.prompt(project, prompt),
    queryFn: ({ signal }) => unwrap(getPrompt({ path: { project, prompt }, signal })),
  });

export const promptVersionsQuery = (project: string, prompt: string) =>
  infiniteQueryOptions({
    queryKey: keys.promptVersions(project, prompt),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listPromptVersions({
          path: { project, prompt },
          query: { limit: 100, page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    ...byPageToken,
  });
