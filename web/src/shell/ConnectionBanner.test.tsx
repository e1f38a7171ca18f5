import { act, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { markLost, markReached } from "@/api/connection";
import { show } from "@/testing/render";
import { ConnectionBanner } from "./ConnectionBanner";

afterEach(() => {
  vi.useRealTimers();
  markReached();
});

it("is there until the server answers, and then what is shown is fetched again", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  let up = false;
  vi.stubGlobal("fetch", async () => new Response(null, { status: up ? 200 : 503 }));
  const { queries } = await show(<ConnectionBanner />);
  queries.setQueryData(["shown"], 1);
  const banner = () => screen.getByText(/^The server cannot be reached/);
  expect(() => banner()).toThrow();
  act(markLost);
  expect(banner()).toBeTruthy();
  await act(() => vi.advanceTimersByTimeAsync(6_000));
  expect(banner()).toBeTruthy();
  up = true;
  await act(() => vi.advanceTimersByTimeAsync(2_000));
  expect(() => banner()).toThrow();
  expect(queries.getQueryState(["shown"])?.isInvalidated).toBe(true);
});
