import { act, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { showHook } from "@/testing/render";
import { useCurveSettings } from "./useCurveSettings";

it("looks as the address says, whatever this browser did last", async () => {
  localStorage.setItem("modelyard.curves", JSON.stringify({ smoothing: 0.5, log: true }));
  const { result, search } = await showHook(useCurveSettings, "/?smooth=0.2&scale=linear");
  expect(result.current).toMatchObject({ smoothing: 0.2, log: false });
  expect(search()).toEqual({ smooth: 0.2, scale: "linear" });
});

it("else looks as this browser did last, and the address says so", async () => {
  localStorage.setItem("modelyard.curves", JSON.stringify({ smoothing: 0.5, log: true }));
  const { result, search } = await showHook(useCurveSettings);
  expect(result.current).toMatchObject({ smoothing: 0.5, log: true });
  await waitFor(() => expect(search()).toEqual({ smooth: 0.5, scale: "log" }));
});

it("writes into the address what is set, not what is dragged", async () => {
  const { result, search } = await showHook(useCurveSettings, "/?tab=curves");
  await act(async () => result.current.dragSmoothing(0.3));
  expect(result.current.smoothing).toBe(0.3);
  expect(search()).toEqual({ tab: "curves" });
  await act(async () => result.current.setSmoothing(0.4));
  await waitFor(() => expect(search()).toEqual({ tab: "curves", smooth: 0.4 }));
  await act(async () => result.current.setZoom([10, 20]));
  await waitFor(() => expect(result.current.zoom).toEqual([10, 20]));
  await act(async () => result.current.setZoom(null));
  await waitFor(() => expect(search()).toEqual({ tab: "curves", smooth: 0.4 }));
});
