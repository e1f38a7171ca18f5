import { describe, expect, it } from "vitest";
import { firstPage, isLong, type Pages, withHead, withoutItems } from "./pages";

const pages = (...parts: number[][]): Pages<{ id: number }> => ({
  pages: parts.map((ids, index) => ({
    items: ids.map((id) => ({ id })),
    next_page_token: index < parts.length - 1 ? `after ${index}` : null,
  })),
  pageParams: parts.map((_, index) => (index === 0 ? null : `after ${index - 1}`)),
});
const ids = (data: Pages<{ id: number }>) => data.pages.map(({ items }) => items.map(({ id }) => id));

describe("lists of pages", () => {
  it("get a new beginning without anything twice", () => {
    const before = pages([5, 4], [3, 2], [1]);
    const after = withHead(before, [{ id: 7 }, { id: 6 }, { id: 5 }, { id: 3 }], ({ id }) => String(id));
    expect(ids(after)).toEqual([[7, 6, 5, 3, 4], [2], [1]]);
    expect(after.pages[0]?.next_page_token).toBe("after 0");
    expect(ids(before)).toEqual([[5, 4], [3, 2], [1]]);
  });
  it("lose what was deleted, on every page", () => {
    expect(ids(withoutItems(pages([5, 4], [3, 2]), ({ id }) => id === 4 || id === 3))).toEqual([[5], [2]]);
  });
  it("begin anew with their first page", () => {
    const first = firstPage(pages([2], [1]));
    expect(ids(first)).toEqual([[2]]);
    expect(first.pageParams).toEqual([null]);
  });
  it("are long when fetching all of them again would be many requests", () => {
    expect(isLong(pages([1], [2], [3], [4], [5]))).toBe(false);
    expect(isLong(pages([1], [2], [3], [4], [5], [6]))).toBe(true);
    for (const other of [undefined, null, { items: [] }, 3]) expect(isLong(other)).toBe(false);
  });
});
