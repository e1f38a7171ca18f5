import { screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import type { Webhook } from "@/api/types";
import { show } from "@/testing/render";
import { EVENT_GROUPS } from "./events";
import { WebhookForm } from "./WebhookForm";

const [EVENT = "", LABEL = ""] = EVENT_GROUPS.flatMap(({ events }) => events)[0] ?? [];
const HOOK = {
  id: "h1",
  name: "deploy",
  url: "https://ci.example.com/hook",
  events: [EVENT],
  description: "",
  has_secret: true,
} as Webhook;

let sent: unknown[] = [];
beforeEach(() => {
  sent = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(await request.json());
    return Response.json(HOOK);
  });
});

it("says what is missing, and sends nothing until it is there", async () => {
  const { user } = await show(<WebhookForm project="p" opened onClose={() => {}} />);
  const create = screen.getByRole("button", { name: "Create webhook" });
  expect(screen.queryByText("Give it a name.")).toBeNull();
  await user.click(create);
  for (const problem of ["Give it a name.", "Enter a URL.", "Choose at least one."]) {
    expect(screen.getByText(problem)).toBeTruthy();
  }
  await user.type(screen.getByLabelText("Name"), "deploy-");
  expect(screen.getByText(/^Up to 63 letters/)).toBeTruthy();
  await user.type(screen.getByLabelText("Name"), "1");
  await user.type(screen.getByLabelText("URL"), HOOK.url);
  expect(sent).toEqual([]);
  await user.click(screen.getByLabelText(LABEL));
  await user.click(create);
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({ name: "deploy-1", url: HOOK.url, events: [EVENT], description: "", secret: null });
});

it.each([
  ["leaves the secret alone", async () => {}, undefined],
  ["replaces it by what is typed", (user: User) => user.type(screen.getByLabelText("Secret"), "s3"), "s3"],
  ["removes it when asked to", (user: User) => user.click(screen.getByLabelText(/^Remove the secret/)), ""],
])("%s when a webhook is changed", async (_, change, secret) => {
  const onClose = vi.fn();
  const { user } = await show(<WebhookForm project="p" webhook={HOOK} opened onClose={onClose} />);
  await change(user);
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  expect(sent).toHaveLength(1);
  expect((sent[0] as { secret?: string }).secret).toBe(secret);
});

type User = Awaited<ReturnType<typeof show>>["user"];
