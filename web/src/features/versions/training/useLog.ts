import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { linesOf } from "@/api/log";
import { logQuery } from "@/api/versions";

interface Path {
  project: string;
  model: string;
  number: number;
}

/** The log as far as it is loaded; the page's event stream lets it grow. */
export function useLog(path: Path, search: string) {
  const query = useInfiniteQuery(logQuery(path, search || undefined));
  const lines = useMemo(() => linesOf(query.data), [query.data]);
  return { ...query, lines, total: query.data?.pages.at(-1)?.total ?? 0 };
}
