import { screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { InlineEdit } from "./InlineEdit";

const begin = () => screen.getByRole("button", { name: /^Edit description/ });

it("saves trimmed text with Enter or by leaving, and nothing that is as before", async () => {
  const onSave = vi.fn(async () => {});
  const { user } = await show(
    <InlineEdit value="a baseline" label="description" permission="project:models:write" onSave={onSave} />,
  );
  await user.click(begin());
  await user.keyboard("{Enter}");
  expect(onSave).not.toHaveBeenCalled();
  await user.click(begin());
  await user.type(screen.getByLabelText("description"), " of trees {Enter}");
  expect(onSave).toHaveBeenLastCalledWith("a baseline of trees");
  await waitFor(begin);
  await user.click(begin());
  await user.type(screen.getByLabelText("description"), "!");
  await user.tab();
  expect(onSave).toHaveBeenLastCalledWith("a baseline!");
});

it("takes back with Escape", async () => {
  const onSave = vi.fn(async () => {});
  const { user } = await show(
    <InlineEdit value="a baseline" label="description" permission="project:models:write" onSave={onSave} />,
  );
  await user.click(begin());
  await user.keyboard("!{Escape}");
  expect(begin().textContent).toBe("a baseline");
  expect(onSave).not.toHaveBeenCalled();
});

it("keeps refused text in the field, with the reason", async () => {
  const onSave = () => Promise.reject(new Error("It is too long."));
  const { user } = await show(
    <InlineEdit value="" label="description" permission="project:models:write" onSave={onSave} multiline />,
  );
  await user.click(begin());
  await user.keyboard("one{Shift>}{Enter}{/Shift}two{Enter}");
  expect(await screen.findByText("It is too long.")).toBeTruthy();
  expect(screen.getByLabelText<HTMLTextAreaElement>("description").value).toBe("one\ntwo");
});

it("only shows the text to who may not change it", async () => {
  const edit = <InlineEdit value="a baseline" label="description" permission="project:models:write" onSave={vi.fn()} />;
  await show(edit, "/", () => false);
  expect(screen.getByText("a baseline")).toBeTruthy();
  expect(screen.queryByRole("button")).toBeNull();
});
