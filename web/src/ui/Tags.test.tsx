import { screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { Tags } from "./Tags";

it("leaves out what the client keeps for itself", async () => {
  await show(
    <Tags
      all={{ team: "fraud", "mlflow.user": "ada" }}
      editable={false}
      permission="project:experiments:write"
      onChange={async () => {}}
    />,
  );
  expect(screen.getByText("fraud")).toBeTruthy();
  expect(screen.queryByText("ada")).toBeNull();
});

it("adds a tag that has a name, and deletes one", async () => {
  const onChange = vi.fn(async () => {});
  const { user } = await show(
    <Tags all={{ team: "fraud" }} editable permission="project:experiments:write" onChange={onChange} />,
  );
  await user.click(screen.getByRole("button", { name: "Add tag" }));
  await user.type(screen.getByLabelText("Value of the tag"), "gold{Enter}");
  expect(screen.getByText("Give it a name.")).toBeTruthy();
  expect(onChange).not.toHaveBeenCalled();
  await user.type(screen.getByLabelText("Name of the tag"), " tier {Enter}");
  expect(onChange).toHaveBeenLastCalledWith({ tier: "gold" });
  await user.click(screen.getByRole("button", { name: "Delete tag team" }));
  expect(onChange).toHaveBeenLastCalledWith({ team: null });
});
