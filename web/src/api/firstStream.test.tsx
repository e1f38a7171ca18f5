import { useQueryClient } from "@tanstack/react-query";
import { act } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeEventSource } from "@/testing/eventSource";
import { showHook } from "@/testing/render";
import type { ServerEvent } from "./events";
import { keys } from "./keys";

const EVENT: ServerEvent = { type: "runs.changed", run_ids: ["r"], truncated: false };
const URL = "/api/v1/projects/p/events?topic=experiments";

/** The modules of a page that has just been opened. */
async function openPage() {
  vi.resetModules();
  const { firstStreamOpened, openFirstStream } = await import("./firstStream");
  const { useEvents } = await import("./useEvents");
  return { firstStreamOpened, openFirstStream, useEvents };
}

const emit = (type: string) => act(() => FakeEventSource.all[0]?.dispatchEvent(new Event(type)));

/** Something that the view has read before it is drawn. */
function useRead() {
  const queries = useQueryClient();
  useState(() => queries.setQueryData(keys.experiments("p"), {}));
}

beforeEach(() => {
  FakeEventSource.all = [];
  vi.stubGlobal("EventSource", FakeEventSource);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => vi.useRealTimers());

it("lets reads wait until the server listens", async () => {
  const { firstStreamOpened, openFirstStream } = await openPage();
  openFirstStream("p", ["experiments"]);
  const opened = vi.fn();
  firstStreamOpened()?.then(opened);
  await act(() => vi.advanceTimersByTimeAsync(500));
  expect(opened).not.toHaveBeenCalled();
  emit("ready");
  await act(() => vi.advanceTimersByTimeAsync(0));
  expect(opened).toHaveBeenCalled();
  expect(firstStreamOpened()).toBeUndefined();
});

it.each(["the time is up", "it fails"])("does not hold up reads when %s", async (reason) => {
  const { firstStreamOpened, openFirstStream } = await openPage();
  openFirstStream("p", ["experiments"]);
  const opened = vi.fn();
  firstStreamOpened()?.then(opened);
  if (reason === "it fails") FakeEventSource.all[0]?.onerror?.();
  await act(() => vi.advanceTimersByTimeAsync(reason === "it fails" ? 0 : 1_000));
  expect(opened).toHaveBeenCalled();
});

it("is taken over by the view, with what has arrived, and nothing is fetched again", async () => {
  const { openFirstStream, useEvents } = await openPage();
  openFirstStream("p", ["experiments"]);
  expect(FakeEventSource.all.map(({ url }) => url)).toEqual([URL]);
  emit("ready");
  act(() => FakeEventSource.all[0]?.onmessage?.({ data: JSON.stringify(EVENT) }));
  const received: ServerEvent[] = [];
  const { queries, unmount } = await showHook(() => {
    useRead();
    useEvents("p", ["experiments"], (event) => received.push(event));
  });
  expect(received).toEqual([EVENT]);
  expect(FakeEventSource.all).toHaveLength(1);
  expect(queries.getQueryState(keys.experiments("p"))?.isInvalidated).toBe(false);
  // Opened again: what happened meanwhile is not known.
  emit("ready");
  expect(queries.getQueryState(keys.experiments("p"))?.isInvalidated).toBe(true);
  unmount();
  expect(FakeEventSource.open).toEqual([]);
});

it("has everything fetched again that was read before the server listened", async () => {
  const { openFirstStream, useEvents } = await openPage();
  openFirstStream("p", ["experiments"]);
  await act(() => vi.advanceTimersByTimeAsync(1_000));
  emit("ready");
  const { queries } = await showHook(() => {
    useRead();
    useEvents("p", ["experiments"]);
  });
  expect(queries.getQueryState(keys.experiments("p"))?.isInvalidated).toBe(true);
});

it("is not taken over by a view of other topics, and is closed when nobody takes it", async () => {
  const { openFirstStream, useEvents } = await openPage();
  openFirstStream("p", ["experiments"]);
  emit("ready");
  const { unmount } = await showHook(() => useEvents("p", ["models"]));
  expect(FakeEventSource.open).toHaveLength(2);
  unmount();
  await act(() => vi.advanceTimersByTimeAsync(15_000));
  expect(FakeEventSource.open).toEqual([]);
});

it("is only for the view that the page opens with", async () => {
  const { firstStreamOpened, openFirstStream } = await openPage();
  firstStreamOpened();
  openFirstStream("p", ["experiments"]);
  expect(FakeEventSource.all).toEqual([]);
});
