import type { InfiniteData } from "@tanstack/react-query";

export interface Paged<Item> {
  items: Item[];
  next_page_token?: string | null;
  total?: number | null;
}

export type Pages<Item> = InfiniteData<Paged<Item>, unknown>;

/** The parts of an infinite query that walks a list by its page tokens. */
export const byPageToken = {
  initialPageParam: null as string | null,
  getNextPageParam: (last: Paged<unknown>) => last.next_page_token ?? null,
};

export function itemsOf<Item>(data: Pages<Item> | undefined): Item[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}

export function totalOf(data: Pages<unknown> | undefined): number | null {
  return data?.pages[0]?.total ?? null;
}

/** The same pages with some items replaced; the same object when none was. */
export function replaceItems<Item>(data: Pages<Item>, replace: (item: Item) => Item): Pages<Item> {
  let changed = false;
  const pages = data.pages.map((page) => ({
    ...page,
    items: page.items.map((item) => {
      const next = replace(item);
      if (next !== item) changed = true;
      return next;
    }),
  }));
  return changed ? { ...data, pages } : data;
}
