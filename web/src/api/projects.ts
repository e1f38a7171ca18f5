import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { patch } from "./cache";
import { unwrap } from "./client";
import {
  createProject,
  deleteProject,
  getProject,
  getServer,
  listActivity,
  listProjects,
  searchProject,
  updateProject,
} from "./generated/sdk.gen";
import type { ListActivityData, ProjectCreate, ProjectDetail } from "./generated/types.gen";
import { keys } from "./keys";
import { byPageToken } from "./pages";

export const serverQuery = () =>
  queryOptions({ queryKey: keys.server, queryFn: ({ signal }) => unwrap(getServer({ signal })), staleTime: Infinity });

export const projectsQuery = () =>
  queryOptions({
    queryKey: keys.projects,
    queryFn: ({ signal }) => unwrap(listProjects({ signal })),
  });

export const projectQuery = (project: string) =>
  queryOptions({
    queryKey: keys.info(project),
    queryFn: ({ signal }) => unwrap(getProject({ path: { project }, signal })),
  });

export const searchQuery = (project: string, q: string) =>
  queryOptions({
    queryKey: keys.search(project, q),
    queryFn: ({ signal }) => unwrap(searchProject({ path: { project }, query: { q, limit: 100 }, signal })),
    select: (results) => results.hits,
  });

export type ActivityFilter = Pick<NonNullable<ListActivityData["query"]>, "object_kind" | "object_name">;

export const activityQuery = (project: string, filter: ActivityFilter) =>
  infiniteQueryOptions({
    queryKey: keys.activity(project, filter),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listActivity({
          path: { project },
          query: { ...filter, limit: 100, page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    ...byPageToken,
  });

export function useCreateProject() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Required<ProjectCreate>) => unwrap(createProject({ body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.projects }),
  });
}

export function useUpdateProject(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (description: string) => unwrap(updateProject({ path: { project }, body: { description } })),
    onSuccess: (changed) => {
      patch<ProjectDetail>(queries, { queryKey: keys.info(project), exact: true }, (info) => ({ ...info, ...changed }));
      return queries.invalidateQueries({ queryKey: keys.projects });
    },
  });
}

export function useDeleteProject(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(deleteProject({ path: { project } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.projects }),
  });
}
