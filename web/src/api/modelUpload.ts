import { ApiError, NetworkError } from "./errors";
import type { ModelUpload, Version } from "./generated/types.gen";

/** A file with its path in the folder that was chosen; a zip file alone is taken apart by the server. */
export interface ModelFile {
  path: string;
  file: File;
}

export const isArchive = (files: ModelFile[]) => files.length === 1 && /\.zip$/i.test(files[0]?.path ?? "");

/** Sends the files of a model and makes them a version. Whatever goes wrong, nothing of them is left. */
export async function uploadModel(
  target: { project: string; model: string; description: string },
  files: ModelFile[],
  onSent: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Version> {
  const base = `/api/v1/projects/${encodeURIComponent(target.project)}/model-uploads`;
  const upload = await call<ModelUpload>("POST", base, null, signal);
  const path = `${base}/${upload.id}`;
  try {
    const total = files.reduce((sum, { file }) => sum + file.size, 0);
    let sent = 0;
    for (const { path: name, file } of files) {
      const part = isArchive(files) ? "archive" : `files/${name.split("/").map(encodeURIComponent).join("/")}`;
      await call("PUT", `${path}/${part}`, file, signal);
      sent += file.size;
      onSent(total > 0 ? sent / total : 1);
    }
    const body = JSON.stringify({ model: target.model, description: target.description });
    return await call<Version>("POST", `${path}/finish`, new Blob([body], { type: "application/json" }), signal);
  } catch (error) {
    // What cannot be told now, the server deletes by itself within a day.
    await fetch(path, { method: "DELETE" }).catch(() => undefined);
    throw error;
  }
}

async function call<Result>(method: string, path: string, body: Blob | null, signal: AbortSignal): Promise<Result> {
  let answer: Response;
  try {
    answer = await fetch(path, { method, body, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new NetworkError();
  }
  const parsed: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw ApiError.from(answer.status, parsed);
  return parsed as Result;
}
