import { screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { show } from "@/testing/render";
import { DangerConfirm } from "./DangerConfirm";

const dialog = (onConfirm: () => Promise<unknown>, onClose = vi.fn()) => (
  <DangerConfirm
    opened
    onClose={onClose}
    title="Delete wine"
    losses={["178 rows"]}
    name="wine"
    verb="Delete dataset"
    onConfirm={onConfirm}
  />
);

it("deletes only once the name is typed as it is", async () => {
  const onConfirm = vi.fn(async () => {});
  const onClose = vi.fn();
  const { user } = await show(dialog(onConfirm, onClose));
  const button = screen.getByRole<HTMLButtonElement>("button", { name: "Delete dataset" });
  const field = screen.getByLabelText(/to confirm/);
  for (const wrong of ["win", "Wine{Enter}", "wine {Enter}"]) {
    await user.clear(field);
    await user.type(field, wrong);
    expect(button.disabled).toBe(true);
  }
  expect(onConfirm).not.toHaveBeenCalled();
  await user.clear(field);
  await user.type(field, "wine");
  await user.click(button);
  expect(onConfirm).toHaveBeenCalledOnce();
  await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
});

it("stays open and says why nothing was deleted", async () => {
  const onClose = vi.fn();
  const refused = new ApiError(409, "conflict", "wine is in use", "Delete its models first.");
  const { user } = await show(dialog(() => Promise.reject(refused), onClose));
  await user.type(screen.getByLabelText(/to confirm/), "wine{Enter}");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("wine is in use");
  expect(alert.textContent).toContain("Delete its models first.");
  expect(onClose).not.toHaveBeenCalled();
});
