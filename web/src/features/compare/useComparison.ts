import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { isNotFound } from "@/api/errors";
import { comparisonQuery } from "@/api/models";
import { versionQuery } from "@/api/versions";

/** The comparison of the versions; where some do not exist, that of the others, and which are missing. */
export function useComparison(project: string, model: string, numbers: number[]) {
  const complete = useQuery({
    ...comparisonQuery(project, model, numbers),
    enabled: numbers.length > 0,
    placeholderData: keepPreviousData,
  });
  const isIncomplete = isNotFound(complete.error);
  const each = useQueries({
    queries: numbers.map((number) => ({ ...versionQuery({ project, model, number }), enabled: isIncomplete })),
  });
  const missing = numbers.filter((_, index) => isNotFound(each[index]?.error));
  const existing = numbers.filter((number) => !missing.includes(number));
  const isSorted = isIncomplete && each.every(({ isPending }) => !isPending);
  const rest = useQuery({
    ...comparisonQuery(project, model, existing),
    enabled: isSorted && existing.length > 0 && missing.length > 0,
  });
  return isIncomplete && missing.length > 0
    ? { data: rest.data, error: rest.error, refetch: rest.refetch, missing }
    : {
        data: complete.data,
        error: isIncomplete && !isSorted ? null : complete.error,
        refetch: complete.refetch,
        missing: [],
      };
}
