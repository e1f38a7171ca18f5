import { screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import type { VersionSummary } from "@/api/types";
import { show } from "@/testing/render";
import { VersionMenu } from "./VersionMenu";

const READY = { model: "wine", number: 3, status: "Ready", starred: false, archived: false, trainer: "gbm" };
const menu = (changes: object) => (
  <VersionMenu project="p" version={{ ...READY, ...changes } as unknown as VersionSummary} opened />
);
const items = async () => {
  await waitFor(() => expect(screen.getAllByRole("menuitem").length).toBeGreaterThan(0));
  return screen
    .getAllByRole<HTMLButtonElement>("menuitem")
    .filter(({ disabled }) => !disabled)
    .map((item) => item.textContent);
};

it("of a version that is ready offers the model and its log", async () => {
  await show(menu({}));
  expect(await items()).toEqual([
    "New version from #3",
    "Retrain with the same config",
    "Data Science Co-Pilot",
    "Star",
    "Archive",
    "Download model",
    "Download log",
    "Copy ID",
    "Copy models:/ URI",
    "Delete",
  ]);
  expect(screen.getByRole("menuitem", { name: "Download model" }).getAttribute("href")).toBe(
    "/api/v1/projects/p/models/wine/versions/3/download",
  );
});

it("of one that moves can be canceled, once, and not deleted", async () => {
  const { unmount } = await show(menu({ status: "Training" }));
  const moving = await items();
  expect(moving).toContain("Cancel training");
  expect(moving.filter((item) => item?.startsWith("Delete"))).toEqual([]);
  expect(moving).not.toContain("Download model");
  unmount();
  await show(menu({ status: "Canceling" }));
  expect(await items()).not.toContain("Cancel training");
});

it("of one that was registered has nothing of a training", async () => {
  await show(menu({ trainer: null, starred: true, archived: true }));
  expect(await items()).toEqual([
    "Data Science Co-Pilot",
    "Remove star",
    "Unarchive",
    "Download model",
    "Copy ID",
    "Copy models:/ URI",
    "Delete",
  ]);
});

it("offers who only reads nothing that changes something", async () => {
  await show(menu({}), "/", (permission) => permission.endsWith(":read"));
  expect(await items()).toEqual([
    "Data Science Co-Pilot",
    "Download model",
    "Download log",
    "Copy ID",
    "Copy models:/ URI",
  ]);
});
