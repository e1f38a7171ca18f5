import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { SearchField } from "./SearchField";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const input = () => screen.getByLabelText<HTMLInputElement>("Search");
const type = (value: string) => fireEvent.change(input(), { target: { value } });
const wait = (ms: number) => act(() => vi.advanceTimersByTime(ms));

it("tells of a search once typing pauses, and of none when emptied", async () => {
  const onChange = vi.fn();
  await show(<SearchField label="Search" value={undefined} onChange={onChange} />);
  type("w");
  wait(150);
  type("wi");
  wait(150);
  expect(onChange).not.toHaveBeenCalled();
  wait(50);
  expect(onChange).toHaveBeenCalledExactlyOnceWith("wi");
  fireEvent.click(screen.getByRole("button", { name: "Clear" }));
  wait(200);
  expect(onChange).toHaveBeenLastCalledWith(undefined);
});

it("keeps what is being typed when the address follows, and gives way to another address", async () => {
  const onChange = vi.fn();
  const field = (value: string | undefined) => <SearchField label="Search" value={value} onChange={onChange} />;
  const { rerender } = await show(field(undefined));
  type("wi");
  wait(200);
  type("win");
  rerender(field("wi"));
  expect(input().value).toBe("win");
  rerender(field("diabetes"));
  expect(input().value).toBe("diabetes");
});
