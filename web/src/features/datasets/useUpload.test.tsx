import { act, waitFor } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { showHook } from "@/testing/render";
import { useUpload } from "./useUpload";

/** The browser's own, as far as uploads use it; tests say how far it is. */
class Request {
  static last: Request;
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  status = 0;
  responseText = "";
  address = "";

  constructor() {
    Request.last = this;
  }

  open(_method: string, address: string) {
    this.address = address;
  }

  setRequestHeader() {}

  send() {}

  abort() {
    this.onabort?.();
  }

  answer(status: number, body: string) {
    this.status = status;
    this.responseText = body;
    this.onload?.();
  }
}

class Stream extends EventTarget {
  static last: Stream;
  onmessage?: (message: { data: string }) => void;

  constructor(readonly url: string) {
    super();
    Stream.last = this;
  }

  close() {}
}

beforeEach(() => {
  vi.stubGlobal("XMLHttpRequest", Request);
  vi.stubGlobal("EventSource", Stream);
});

async function uploading(onDone = vi.fn()) {
  const shown = await showHook(() => useUpload("p", onDone));
  act(() => void shown.result.current.start("wine", new File(["a,b\n1,2\n"], "wine list.csv")));
  return { ...shown, onDone, state: () => shown.result.current.state };
}

it("tells of the bytes that have left, then of what the server does", async () => {
  const { state, onDone } = await uploading();
  const { searchParams, pathname } = new URL(Request.last.address, "http://page");
  expect(pathname).toBe("/api/v1/projects/p/datasets/wine/versions");
  expect(searchParams.get("filename")).toBe("wine list.csv");
  expect(Stream.last.url).toContain(encodeURIComponent(`upload:${searchParams.get("upload_id")}`));

  act(() => Request.last.upload.onprogress?.({ loaded: 2, total: 8 }));
  expect(state()).toEqual({ step: "sending", fraction: 0.25 });
  act(() => Request.last.upload.onprogress?.({ loaded: 8, total: 8 }));
  expect(state()).toEqual({ step: "server", stage: "reading", fraction: null });
  const hear = (stage: string, fraction: number) =>
    act(() => Stream.last.onmessage?.({ data: JSON.stringify({ type: "upload.progress", stage, fraction }) }));
  hear("profiling", 0.5);
  expect(state()).toEqual({ step: "server", stage: "profiling", fraction: 0.5 });
  hear("receiving", 0.9);
  expect(state()).toEqual({ step: "server", stage: "profiling", fraction: 0.5 });

  act(() => Request.last.answer(201, JSON.stringify({ created: true })));
  await waitFor(() => expect(onDone).toHaveBeenCalledExactlyOnceWith({ created: true }));
  expect(state()).toEqual({ step: "idle", error: null });
});

it("keeps the reason of a refusal, also of one without a body of ours", async () => {
  const { state, onDone, result } = await uploading();
  act(() => Request.last.answer(400, JSON.stringify({ error: { code: "invalid_table", message: "row 3 is ragged" } })));
  await waitFor(() => expect(state()).toMatchObject({ step: "idle", error: { message: "row 3 is ragged" } }));
  act(() => void result.current.start("wine", new File(["a"], "wine.csv")));
  act(() => Request.last.answer(413, "<html>"));
  await waitFor(() => expect(state()).toMatchObject({ step: "idle", error: { status: 413, code: "unknown" } }));
  expect(onDone).not.toHaveBeenCalled();
});

it("says when the server is lost, and nothing after a cancellation", async () => {
  const { state, result } = await uploading();
  act(() => Request.last.onerror?.());
  await waitFor(() => expect(state()).toMatchObject({ step: "idle", error: { name: "NetworkError" } }));
  act(() => void result.current.start("wine", new File(["a"], "wine.csv")));
  act(() => result.current.cancel());
  await waitFor(() => expect(state()).toEqual({ step: "idle", error: null }));
});

it("is canceled by leaving", async () => {
  const { unmount } = await uploading();
  const abort = vi.spyOn(Request.last, "abort");
  unmount();
  expect(abort).toHaveBeenCalledOnce();
});
