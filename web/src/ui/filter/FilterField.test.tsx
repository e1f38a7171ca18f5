import { screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { FilterField } from "./FilterField";

const field = (onApply: (value: string | undefined) => void, value?: string, problem: string | null = null) => (
  <FilterField
    label="Filter"
    placeholder="metrics.loss < 0.5"
    value={value}
    onApply={onApply}
    fields={[
      { name: "metrics.loss", kind: "number" },
      { name: "status", kind: "text", values: ["FINISHED", "FAILED"] },
    ]}
    problem={problem}
  />
);
const input = () => screen.getByLabelText<HTMLInputElement>("Filter");
const options = () => screen.queryAllByRole("option").map((option) => option.textContent);

it("completes fields, operators and values, and applies with Enter", async () => {
  const onApply = vi.fn();
  const { user } = await show(field(onApply));
  await user.type(input(), "sta");
  expect(options()).toEqual(["status"]);
  await user.click(screen.getByRole("option", { name: "status" }));
  expect(options()).toContain("LIKE");
  expect(options()).not.toContain("<");
  await user.type(input(), "= 'fai");
  await user.keyboard("{ArrowDown}{Enter}");
  expect(input().value).toBe("status = 'FAILED' ");
  expect(onApply).not.toHaveBeenCalled();
  await user.keyboard("{Enter}");
  expect(onApply).toHaveBeenCalledExactlyOnceWith("status = 'FAILED'");
});

it("is not applied again where nothing has changed, and applied as none when cleared", async () => {
  const onApply = vi.fn();
  const { user } = await show(field(onApply, "status = 'FAILED'"));
  await user.click(input());
  await user.keyboard("{Enter}");
  await user.tab();
  expect(onApply).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Clear the filter" }));
  expect(onApply).toHaveBeenCalledWith(undefined);
  expect(input().value).toBe("");
});

it("shows what is wrong until the text is another", async () => {
  const problem = "Expected a value.\nstatus =\n        ^";
  const { user } = await show(field(() => {}, "status =", problem));
  expect(screen.getByRole("alert").textContent).toContain("Expected a value.");
  expect(input().getAttribute("aria-invalid")).toBe("true");
  await user.type(input(), " 'FAILED'");
  expect(screen.queryByRole("alert")).toBeNull();
});

it("takes the text of another address", async () => {
  const { rerender } = await show(field(() => {}, "status = 'FAILED'"));
  rerender(field(() => {}, "metrics.loss < 1"));
  expect(input().value).toBe("metrics.loss < 1");
});
