import { fireEvent, screen } from "@testing-library/react";
import type { ReactElement } from "react";
import { afterEach, expect, it, vi } from "vitest";
import type { Version } from "@/api/types";
import { show } from "@/testing/render";
import { Reproductions } from "./Reproductions";

const ITEM = {
  original: { model: "wine", number: 3 },
  version: { model: "wine", number: 5 },
  tolerance: 1e-6,
  packages: [{ name: "numpy", recorded: "1.0", present: "2.0" }],
  notes: [],
  started_at: "2026-01-01T00:00:00Z",
  ended_at: "2026-01-01T00:01:00Z",
  verdict: "drifted",
  reasons: ["test roc_auc was 0.9 and is 0.8."],
  files: [],
  metrics: [],
};

afterEach(() => vi.unstubAllGlobals());

/** Somebody uses the page, which then reads what it did not read to open. */
async function showInUse(part: ReactElement) {
  const shown = await show(part);
  fireEvent.keyDown(window);
  return shown;
}

const of = (number: number) => <Reproductions project="p" version={{ model: "wine", number } as unknown as Version} />;

function answer(list: object[]) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`);
    return Response.json(request.url.endsWith("/reproductions") ? list : {});
  });
  return asked;
}

it("says on the original how it came out, and by what it has drifted", async () => {
  answer([ITEM]);
  await showInUse(of(3));
  expect(await screen.findByText(/Trained again as/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "#5" }).getAttribute("href")).toBe("/p/p/models/wine/versions/5");
  expect(screen.getByText("Drifted.")).toBeTruthy();
  expect(screen.getByText("test roc_auc was 0.9 and is 0.8.")).toBeTruthy();
  expect(screen.getByText("Packages differ: numpy 1.0 is 2.0")).toBeTruthy();
});

it("says on the new version what it reproduces", async () => {
  answer([{ ...ITEM, verdict: "bit_equal", reasons: [], packages: [] }]);
  await showInUse(of(5));
  expect(await screen.findByText(/Reproduces/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "#3" })).toBeTruthy();
  expect(screen.getByText(/Bit-equal/)).toBeTruthy();
});
