import { act } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeEventSource } from "@/testing/eventSource";
import { showHook } from "@/testing/render";
import { isLost, markReached } from "./connection";
import type { ServerEvent } from "./events";
import { keys } from "./keys";
import { useEvents } from "./useEvents";

let hidden = false;
const look = (away: boolean) =>
  act(() => {
    hidden = away;
    document.dispatchEvent(new Event("visibilitychange"));
  });
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => {
  FakeEventSource.all = [];
  hidden = false;
  vi.stubGlobal("EventSource", FakeEventSource);
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
  markReached();
});

it("listens to its topics while it is shown, and tells what arrives", async () => {
  const received: ServerEvent[] = [];
  const { unmount } = await showHook(() =>
    useEvents("my project", ["model:a/b", "experiments"], (e) => received.push(e)),
  );
  expect(FakeEventSource.open.map(({ url }) => url)).toEqual([
    "/api/v1/projects/my%20project/events?topic=model%3Aa%2Fb&topic=experiments",
  ]);
  const event: ServerEvent = { type: "runs.changed", run_ids: ["r"], truncated: false };
  act(() => FakeEventSource.all[0]?.onmessage?.({ data: JSON.stringify(event) }));
  expect(received).toEqual([event]);
  unmount();
  expect(FakeEventSource.open).toEqual([]);
});

it("opens nothing without topics", async () => {
  await showHook(() => useEvents("p", []));
  expect(FakeEventSource.all).toEqual([]);
});

it("fetches again what may have changed while it was not listening", async () => {
  const { queries } = await showHook(() => useEvents("p", ["experiments"]));
  for (const reason of ["ready", "resync"]) {
    queries.setQueryData(keys.experiments("p"), {});
    expect(queries.getQueryState(keys.experiments("p"))?.isInvalidated).toBe(false);
    act(() => FakeEventSource.all[0]?.dispatchEvent(new Event(reason)));
    expect(queries.getQueryState(keys.experiments("p"))?.isInvalidated).toBe(true);
  }
});

it("opens anew after an error answer, where the browser itself does not", async () => {
  vi.stubGlobal("fetch", async () => new Response());
  await showHook(() => useEvents("p", ["experiments"]));
  act(() => FakeEventSource.all[0]?.onerror?.());
  await pass(10_000);
  expect(FakeEventSource.all).toHaveLength(1);
  act(() => {
    FakeEventSource.all[0]?.close();
    FakeEventSource.all[0]?.onerror?.();
  });
  await pass(2_000);
  expect(FakeEventSource.all).toHaveLength(2);
  expect(isLost()).toBe(false);
});

it("says that the server is lost when it does not answer, and that it is back when the stream is ready", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("refused")));
  await showHook(() => useEvents("p", ["experiments"]));
  act(() => FakeEventSource.all[0]?.onerror?.());
  await pass(0);
  expect(isLost()).toBe(true);
  act(() => FakeEventSource.all[0]?.dispatchEvent(new Event("ready")));
  expect(isLost()).toBe(false);
});

it("holds no connection for a tab that nobody looks at", async () => {
  await showHook(() => useEvents("p", ["experiments"]));
  look(true);
  await pass(20_000);
  look(false);
  await pass(20_000);
  expect(FakeEventSource.all).toHaveLength(1);
  look(true);
  await pass(30_000);
  expect(FakeEventSource.open).toEqual([]);
  look(false);
  expect(FakeEventSource.open).toHaveLength(1);
});

it("fetches what is shown again when the stream opens, unless nothing was written since it was read", async () => {
  const { queries } = await showHook(() => useEvents("p", ["models"]));
  const asked = vi.spyOn(queries, "invalidateQueries");
  const ready = (seconds: number) =>
    act(() => {
      FakeEventSource.all[0]?.dispatchEvent(new MessageEvent("ready", { data: "{}", lastEventId: `quiet ${seconds}` }));
    });
  ready(1_000_000);
  expect(asked).not.toHaveBeenCalled();
  // Opened again: what happened meanwhile is not known.
  ready(1_000_000);
  expect(asked).toHaveBeenCalled();
});
