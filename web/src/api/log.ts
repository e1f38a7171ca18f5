import type { InfiniteData } from "@tanstack/react-query";
import type { LogLine, LogPage } from "./generated/types.gen";

export type LogData = InfiniteData<LogPage, number>;

export const linesOf = (data: Pick<LogData, "pages"> | undefined): LogLine[] =>
  data?.pages.flatMap((page) => page.lines) ?? [];

const matches = (line: LogLine, search: string) => line.text.toLowerCase().includes(search.toLowerCase());

/** Where the log goes on, or null at its end. */
export function nextAfter(last: LogPage, pages: LogPage[]): number | null {
  const have = pages.reduce((sum, page) => sum + page.lines.length, 0);
  return have < last.total && last.lines.length > 0 ? last.next_after : null;
}

/**
 * The log with lines that have just arrived. Only what follows on is added: where lines are missing in between, or the
 * end is not loaded yet, the total alone grows, so that the rest is fetched in order.
 */
export function appendLines(data: LogData, lines: LogLine[], search = ""): LogData {
  const last = data.pages.at(-1);
  if (!last) return data;
  const fresh = lines.filter(({ sequence }) => sequence > last.next_after);
  const wanted = search ? fresh.filter((line) => matches(line, search)) : fresh;
  const newest = fresh.at(-1);
  if (!newest) return data;
  const atEnd = nextAfter(last, data.pages) === null;
  const gapless = search !== "" || fresh[0]?.sequence === last.next_after + 1;
  const total = last.total + wanted.length;
  const page =
    atEnd && gapless
      ? { lines: [...last.lines, ...wanted], next_after: newest.sequence, total }
      : { ...last, total: search ? total : Math.max(newest.sequence, total) };
  return { ...data, pages: [...data.pages.slice(0, -1), page] };
}
