import { queryOptions, useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import { unwrap } from "./client";
import { getMe } from "./generated/sdk.gen";
import type { Permission } from "./generated/types.gen";
import { keys } from "./keys";
import { projectQuery } from "./projects";

/**
 * Whether the caller has a permission; undefined while that is not known. What needs one is shown until it is known to
 * be missing, so that nothing flickers, and works once it is known to be there.
 */
export type May = (permission: Permission) => boolean | undefined;

/** Of the page: in its project and on the whole installation. */
export const MayContext = createContext<May>(() => undefined);

/** What the caller may on this page. */
export function useMay(): May {
  return useContext(MayContext);
}

/** What the caller may in a project: its own answer says so, and every page reads that. */
export function useMayIn(project: string): May {
  return useMayOf(useQuery(projectQuery(project)).data?.permissions);
}

/** What the caller may on the whole installation, for a page of no project. */
export function useMayOnServer(): May {
  return useMayOf(useQuery(meQuery()).data?.permissions);
}

const meQuery = () => queryOptions({ queryKey: keys.me, queryFn: ({ signal }) => unwrap(getMe({ signal })) });

function useMayOf(permissions: readonly Permission[] | undefined): May {
  return useMemo(() => (permission) => permissions?.includes(permission), [permissions]);
}
