import { useMutation } from "@tanstack/react-query";
import { act, fireEvent, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { showHook } from "@/testing/render";
import { useMoveWithUndo } from "./useMoveWithUndo";

type Move = { ids: string[]; to: "deleted" | "active" };
const RUNS = [
  { id: "1", name: "quiet-owl" },
  { id: "2", name: "loud-fox" },
];
const moving = (move: (how: Move) => Promise<void>) =>
  showHook(() => useMoveWithUndo(useMutation<void, Error, Move>({ mutationFn: (how) => move(how) }), "run"));

it("says what was deleted, and takes it back", async () => {
  const move = vi.fn(async (_: Move) => {});
  const onDone = vi.fn();
  const { result } = await moving(move);
  await act(() => result.current(RUNS, "deleted", onDone));
  expect(onDone).toHaveBeenCalledOnce();
  expect(screen.getByText("2 runs deleted")).toBeTruthy();
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "Undo" })));
  expect(move.mock.calls.map(([how]) => how)).toEqual([
    { ids: ["1", "2"], to: "deleted" },
    { ids: ["1", "2"], to: "active" },
  ]);
  expect(screen.queryByText("2 runs deleted")).toBeNull();
});

it("calls one thing by its name, and says why it stayed", async () => {
  const onDone = vi.fn();
  const { result } = await moving(() => Promise.reject(new Error("It is being logged to.")));
  await act(() => result.current(RUNS.slice(0, 1), "deleted", onDone));
  expect(screen.getByText("quiet-owl could not be deleted")).toBeTruthy();
  expect(screen.getByText("It is being logged to.")).toBeTruthy();
  expect(onDone).not.toHaveBeenCalled();
});
