import { queryOptions, useMutation } from "@tanstack/react-query";
import { unwrap } from "./client";
import { getVersionDigest, verifyVersion } from "./generated/sdk.gen";
import { keys } from "./keys";

interface Path {
  project: string;
  model: string;
  number: number;
}

export const digestQuery = (path: Path) =>
  queryOptions({
    queryKey: keys.versionPart(path.project, path.model, path.number, "digest"),
    queryFn: ({ signal }) => unwrap(getVersionDigest({ path, signal })),
  });

/** Reads all of a version again; takes as long as that does. */
export function useVerifyVersion(path: Path) {
  return useMutation({ mutationFn: () => unwrap(verifyVersion({ path })) });
}
