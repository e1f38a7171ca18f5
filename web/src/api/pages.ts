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

/** A list that somebody has scrolled far down: fetching it again would take a request for each of its pages. */
export function isLong(data: unknown): boolean {
  return typeof data === "object" && data !== null && "pages" in data && (data.pages as unknown[]).length > MANY_PAGES;
}

const MANY_PAGES = 5;

/** The list without some of its items. */
export function withoutItems<Item>(data: Pages<Item>, isGone: (item: Item) => boolean): Pages<Item> {
  return { ...data, pages: data.pages.map((page) => ({ ...page, items: page.items.filter((item) => !isGone(item)) })) };
}

/** The list as it was when it was first shown. */
export function firstPage<Item>(data: Pages<Item>): Pages<Item> {
  return { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) };
}

/** The list with a first page that was fetched anew laid over its beginning; what is known below it stays. */
export function withHead<Item>(data: Pages<Item>, head: Item[], idOf: (item: Item) => string): Pages<Item> {
  const fresh = new Set(head.map(idOf));
  const [first, ...others] = withoutItems(data, (item) => fresh.has(idOf(item))).pages;
  return first ? { ...data, pages: [{ ...first, items: [...head, ...first.items] }, ...others] } : data;
}
