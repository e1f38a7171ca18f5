import { screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { Proof } from "./Proof";

const DIGEST = {
  model: "wine",
  number: 3,
  files_digest: "a".repeat(64),
  file_count: 4,
  size_bytes: 2048,
  record_digest: "b".repeat(64),
  recorded_at: "2026-01-01T00:00:00Z",
  note: null,
};

afterEach(() => vi.unstubAllGlobals());

function answer(digest: object, verification: object = {}) {
  vi.stubGlobal("fetch", async (request: Request) => Response.json(request.method === "POST" ? verification : digest));
}

const proof = <Proof project="p" model="wine" number={3} />;

it("shows both digests, and says that all of it is as it was", async () => {
  answer(DIGEST, { verdict: "intact", digest: DIGEST, checked_files: 4, checked_bytes: 2048, faults: [] });
  const { user } = await show(proof);
  expect(await screen.findByText("a".repeat(12))).toBeTruthy();
  expect(screen.getByText("b".repeat(12))).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Verify" }));
  expect(await screen.findByText(/Intact: 4 files/)).toBeTruthy();
});

it("names every file that is damaged", async () => {
  const faults = [{ path: "model/a", state: "damaged", message: "model/a does not have the SHA-256 that it had." }];
  answer(DIGEST, { verdict: "damaged", digest: DIGEST, checked_files: 4, checked_bytes: 2048, faults });
  const { user } = await show(proof);
  await user.click(await screen.findByRole("button", { name: "Verify" }));
  expect(await screen.findByText(/model\/a does not have/)).toBeTruthy();
  expect(screen.queryByText(/Intact/)).toBeNull();
});

it("says that files elsewhere cannot be verified here", async () => {
  answer({ ...DIGEST, files_digest: null, record_digest: null, note: "They are at s3://b/m." });
  await show(proof);
  expect(await screen.findByText("They are at s3://b/m.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Verify" })).toBeNull();
});
