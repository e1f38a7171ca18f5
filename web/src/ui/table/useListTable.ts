import { keepPreviousData, type QueryKey, type UseInfiniteQueryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { itemsOf, type Paged, type Pages, totalOf } from "@/api/pages";
import type { Sort } from "./types";
import { useLastGood } from "./useLastGood";
import { useShow } from "./useShow";

/** What the address says about a list. */
interface ListSearch {
  q?: string;
  sort?: string;
  order?: Sort["order"];
}

/**
 * Binds a table to a list of the server: its rows page by page as one scrolls, its search and its order by the
 * address. `table` and `field` are spread into `DataTable` and `SearchField`.
 */
export function useListTable<Row, Page extends Paged<Row>, Key extends QueryKey>(
  list: UseInfiniteQueryOptions<Page, Error, Pages<Row>, Key, string | null>,
  shown: { search?: string; sort?: string; order?: Sort["order"] } = {},
) {
  const query = useInfiniteQuery({ ...list, placeholderData: keepPreviousData });
  const { search, sort, order = "desc" } = shown;
  const data = useLastGood(query, search);
  const rows = useMemo(() => itemsOf(data), [data]);
  const show = useShow<ListSearch>();
  return {
    rows,
    query,
    /** Whether there is nothing at all, rather than nothing that was searched for. */
    isEmpty: query.isSuccess && rows.length === 0 && !search,
    field: { value: search, onChange: (q: string | undefined) => show({ q }) },
    table: {
      rows,
      loading: query.isPending,
      error: query.error,
      onRetry: query.refetch,
      total: totalOf(data),
      hasMore: query.hasNextPage,
      loadingMore: query.isFetchingNextPage,
      onLoadMore: query.fetchNextPage,
      ...(sort && {
        sort: { by: sort, order },
        onSort: ({ by, order: next }: Sort) => show({ sort: by, order: next }),
      }),
    },
  };
}
