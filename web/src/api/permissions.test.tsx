import { waitFor } from "@testing-library/react";
import { beforeEach, expect, it, vi } from "vitest";
import { showHook } from "@/testing/render";
import { configureClient } from "./client";
import { useMayIn, useMayOnServer } from "./permissions";

let asked: string[] = [];
beforeEach(() => {
  asked = [];
  configureClient();
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(new URL(request.url, "http://page").pathname);
    return Response.json({ permissions: ["project:models:read", "server:projects:create"] });
  });
});

it.each([
  ["of a project is in its own answer", () => useMayIn("fraud"), "/api/v1/projects/fraud"],
  ["of no project is asked for", () => useMayOnServer(), "/api/v1/me"],
])("what the caller may on a page %s, and unknown until then", async (_, hook, path) => {
  const { result } = await showHook(hook);
  expect(result.current("project:models:read")).toBeUndefined();
  await waitFor(() => expect(result.current("project:models:read")).toBe(true));
  expect(result.current("project:models:write")).toBe(false);
  expect(asked).toEqual([path]);
});
