import { useMutation } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { show } from "@/testing/render";
import { CreateDialog } from "./CreateDialog";

interface Named {
  name: string;
  description: string;
}

function Dialog({ make, onCreated = () => {} }: { make: (named: Named) => Promise<Named>; onCreated?: () => void }) {
  const create = useMutation({ mutationFn: make });
  return <CreateDialog opened onClose={() => {}} noun="experiment" create={create} onCreated={onCreated} />;
}

it("tells of a name that cannot be only once it was tried, and sends what is right", async () => {
  const make = vi.fn(async (named: Named) => named);
  const onCreated = vi.fn();
  const { user } = await show(<Dialog make={make} onCreated={onCreated} />);
  const field = screen.getByLabelText<HTMLInputElement>("Name");
  await user.type(field, "a b");
  expect(field.getAttribute("aria-invalid")).not.toBe("true");
  await user.keyboard("{Enter}");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(make).not.toHaveBeenCalled();
  await user.clear(field);
  await user.type(field, "wine");
  await user.type(screen.getByLabelText("Description"), " of Italy ");
  await user.click(screen.getByRole("button", { name: "Create experiment" }));
  await waitFor(() => expect(onCreated).toHaveBeenCalledOnce());
  expect(make.mock.calls[0]?.[0]).toEqual({ name: "wine", description: "of Italy" });
});

it("says that a name is taken until another is typed", async () => {
  const taken = new ApiError(409, "already_exists", "taken");
  const { user } = await show(<Dialog make={() => Promise.reject(taken)} />);
  await user.type(screen.getByLabelText("Name"), "wine{Enter}");
  expect(await screen.findByText("An experiment of this name exists already.")).toBeTruthy();
  await user.type(screen.getByLabelText("Name"), "s");
  expect(screen.queryByText("An experiment of this name exists already.")).toBeNull();
});
