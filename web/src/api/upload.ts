import { ApiError, NetworkError } from "./errors";
import type { UploadResult } from "./generated/types.gen";

export interface Upload {
  id: string;
  done: Promise<UploadResult>;
  cancel: () => void;
}

/** Rejects an upload that its user canceled. */
export class UploadCancelled extends Error {
  override name = "UploadCancelled";
}

/**
 * Sends a file as a new version of a dataset. XMLHttpRequest instead of fetch, because only it tells how many bytes
 * of the body have left.
 */
export function uploadDataset(
  target: { project: string; dataset: string; id: string },
  file: File,
  onSent: (fraction: number) => void,
): Upload {
  const request = new XMLHttpRequest();
  const query = new URLSearchParams({ filename: file.name, upload_id: target.id });
  const path = `/api/v1/projects/${encodeURIComponent(target.project)}/datasets/${encodeURIComponent(target.dataset)}/versions`;
  const done = new Promise<UploadResult>((resolve, reject) => {
    request.open("POST", `${path}?${query}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => onSent(event.total > 0 ? event.loaded / event.total : 1);
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as UploadResult);
      else reject(ApiError.from(request.status, body));
    };
    request.onerror = () => reject(new NetworkError());
    request.onabort = () => reject(new UploadCancelled("The upload was canceled."));
    request.send(file);
  });
  return { id: target.id, done, cancel: () => request.abort() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
