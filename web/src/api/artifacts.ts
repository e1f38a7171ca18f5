import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "./client";
import { ApiError } from "./errors";
import { listRunArtifacts, listRunModels, registerRun } from "./generated/sdk.gen";
import type { RegisterRequest } from "./generated/types.gen";
import { keys } from "./keys";

export const artifactsQuery = (project: string, run: string, path: string) =>
  queryOptions({
    queryKey: keys.runPart(project, run, "artifacts", { path }),
    queryFn: ({ signal }) =>
      unwrap(listRunArtifacts({ path: { project, run_id: run }, query: { path: path || undefined }, signal })),
    select: ({ entries }) => entries,
  });

export const runModelsQuery = (project: string, run: string) =>
  queryOptions({
    queryKey: keys.runPart(project, run, "models"),
    queryFn: ({ signal }) => unwrap(listRunModels({ path: { project, run_id: run }, signal })),
  });

/** Where a browser finds a file of a run. */
export function artifactUrl(project: string, run: string, path: string): string {
  const file = path.split("/").map(encodeURIComponent).join("/");
  return `/api/v1/projects/${encodeURIComponent(project)}/runs/${encodeURIComponent(run)}/artifacts/${file}`;
}

export interface TextPreview {
  text: string;
  /** Whether the file goes on behind it. */
  cut: boolean;
}

/** The beginning of a file as text. Bytes that are no UTF-8 are shown as such. */
export const artifactTextQuery = (project: string, run: string, path: string, bytes: number) =>
  queryOptions({
    queryKey: keys.runPart(project, run, "text", { path, bytes }),
    queryFn: async ({ signal }): Promise<TextPreview> => {
      const response = await fetch(artifactUrl(project, run, path), {
        signal,
        headers: { Range: `bytes=0-${bytes - 1}` },
      });
      // An empty file has no first byte to begin a range with.
      if (response.status === 416) return { text: "", cut: false };
      if (!response.ok) throw ApiError.from(response.status, await response.json().catch(() => null));
      const total = Number(response.headers.get("Content-Range")?.split("/")[1] ?? 0);
      const text = new TextDecoder().decode(await response.arrayBuffer());
      return { text, cut: total > bytes };
    },
    staleTime: 60_000,
  });

export function useRegisterRun(project: string, run: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: RegisterRequest) => unwrap(registerRun({ path: { project, run_id: run }, body })),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: keys.run(project, run) });
      return queries.invalidateQueries({ queryKey: keys.models(project) });
    },
  });
}
