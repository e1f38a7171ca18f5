import { expect, test } from "vitest";
import type { LogLine, LogPage } from "./generated/types.gen";
import { appendLines, type LogData, linesOf, nextAfter } from "./log";

const line = (sequence: number, text = `line ${sequence}`): LogLine => ({ sequence, at: "2026-01-01T00:00:00Z", text });
const loaded = (lines: LogLine[], total = lines.length): LogData => ({
  pages: [{ lines, next_after: lines.at(-1)?.sequence ?? 0, total }],
  pageParams: [0],
});
const nextOf = (data: LogData) => nextAfter(data.pages.at(-1) as LogPage, data.pages);
const sequences = (data: LogData) => linesOf(data).map(({ sequence }) => sequence);

test("lines that follow on are added, those already there are not", () => {
  const data = appendLines(loaded([line(1), line(2)]), [line(2), line(3)]);
  expect(sequences(data)).toEqual([1, 2, 3]);
  expect(nextOf(data)).toBeNull();
});

test("a gap is left for fetching instead of being skipped", () => {
  const data = appendLines(loaded([line(1)]), [line(4)]);
  expect(sequences(data)).toEqual([1]);
  expect(nextOf(data)).toBe(1);
});

test("while the end is not loaded nothing is put behind the first lines", () => {
  const data = appendLines(loaded([line(1), line(2)], 500), [line(501)]);
  expect(sequences(data)).toEqual([1, 2]);
  expect(data.pages.at(-1)?.total).toBe(501);
});

test("a search takes only the lines that match", () => {
  const data = appendLines(loaded([line(3, "loss 1")]), [line(4, "other"), line(7, "LOSS 2")], "loss");
  expect(sequences(data)).toEqual([3, 7]);
  expect(nextOf(data)).toBeNull();
});

test("the first lines arrive in an empty log", () => {
  expect(sequences(appendLines(loaded([]), [line(1), line(2)]))).toEqual([1, 2]);
});
