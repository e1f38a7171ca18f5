import { screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { HiddenWithout, Needs } from "./Needs";

const START = "project:models:train";

it("lets a button do what its caller may", async () => {
  const start = vi.fn();
  const { user } = await show(
    <Needs permission={START}>
      <button type="button" onClick={start}>
        Train
      </button>
    </Needs>,
    "/",
    (permission) => permission === START,
  );
  await user.click(screen.getByRole("button", { name: "Train" }));
  expect(start).toHaveBeenCalledOnce();
});

it("names the permission that is missing, also by keyboard, and does nothing", async () => {
  const start = vi.fn();
  const { user } = await show(
    <Needs permission={START}>
      <button type="submit" onClick={start}>
        Train
      </button>
    </Needs>,
    "/",
    () => false,
  );
  await user.tab();
  expect((await screen.findByRole("tooltip")).textContent).toBe(`This needs the permission ${START}.`);
  const button = screen.getByRole("button", { name: "Train" });
  expect(button.getAttribute("aria-disabled")).toBe("true");
  await user.click(button);
  expect(start).not.toHaveBeenCalled();
});

it("looks as ever but cannot be used while it is not known what the caller may", async () => {
  await show(
    <Needs permission={START}>
      <button type="button">Train</button>
    </Needs>,
    "/",
    () => undefined,
  );
  const button = screen.getByText("Train");
  expect(button.hasAttribute("inert")).toBe(true);
  expect(button.hasAttribute("aria-disabled")).toBe(false);
});

it.each([
  [true, true],
  [undefined, true],
  [false, false],
])("with a permission that is %s, what is hidden without is shown: %s", async (allowed, isShown) => {
  await show(<HiddenWithout permission={START}>Retrain</HiddenWithout>, "/", () => allowed);
  expect(screen.queryByText("Retrain") !== null).toBe(isShown);
});
