import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { show } from "@/testing/render";
import { DiffView } from "./DiffView";

const of = (number: number) => ({
  model: "iris",
  number,
  status: "Ready",
  created_at: "2026-01-01T00:00:00Z",
  created_by: "local",
  description: "",
  semver: `${number}.0.0`,
});
const metric = (name: string, before: number | null, after: number | null, verdict: string, margin: number | null) => ({
  name,
  split: "test",
  before,
  after,
  difference: before === null || after === null ? null : after - before,
  higher_is_better: name !== "log_loss",
  margin,
  method: margin === null ? null : "Hanley-McNeil",
  verdict,
});
const shift = (column: string, verdict: string, test: string | null) => ({
  column,
  feature_type: test === "chi_square" ? "category" : "number",
  is_exact: test !== null,
  missing_before: 0,
  missing_after: 3,
  p_value: test ? 0.001 : null,
  psi: test ? 0.31 : null,
  reason: "",
  statistic: test ? 0.4 : null,
  test,
  verdict,
});
const config = {
  changes: [
    { path: "trainer.num_leaves", kind: "changed", before: 31, after: 15 },
    { path: "trainer.lambda_l1", kind: "added", after: 0.5 },
  ],
  lines: [],
  unified: "",
};
const DIFF = {
  before: of(2),
  after: of(3),
  notes: ["The environments are those of the files."],
  config_given: config,
  config_rendered: config,
  data: {
    before: { name: "iris", number: 1 },
    after: { name: "iris", number: 2 },
    rows_before: 150,
    rows_after: 180,
    same_rows: false,
    notes: [],
    columns: [{ path: "petal", kind: "removed", before: "number" }],
    shifts: [
      shift("sepal", "large", "kolmogorov_smirnov"),
      shift("colour", "small", "chi_square"),
      shift("note", "unknown", null),
      shift("width", "none", "kolmogorov_smirnov"),
    ],
  },
  inputs: [],
  signature: [],
  params: [{ path: "num_leaves", kind: "changed", before: "31", after: "15" }],
  metrics: [
    metric("roc_auc", 0.9, 0.97, "better", 0.02),
    metric("accuracy", 0.9, 0.91, "within_noise", 0.12),
    metric("log_loss", 0.2, 0.4, "worse", 0.05),
    metric("f1", 0.9, 0.9, "same", null),
    metric("recall", null, 0.8, "unknown", null),
  ],
  environment: [{ path: "skops", kind: "added", after: "==0.16.0" }],
  files: [
    {
      path: "model/MLmodel",
      kind: "changed",
      before: { size_bytes: 1536, digest: "c56191df00" },
      after: { size_bytes: 2048, digest: "685028cc00" },
    },
  ],
  tags: [],
};
const HISTORY = {
  model: "iris",
  truncated: false,
  steps: [
    {
      ...of(3),
      parent: 2,
      skipped: 1,
      changes: ["trainer.num_leaves: 31 to 15"],
      change_count: 1,
      metric: null,
      compared: metric("roc_auc", 0.9, 0.97, "better", 0.02),
    },
    { ...of(2), parent: null, skipped: 0, changes: [], change_count: 0, metric: null, compared: null },
  ],
};
const PATH = { project: "p", model: "iris", number: 3 };

afterEach(() => vi.unstubAllGlobals());

function answer(diff: () => Response) {
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/diff")) return diff();
    if (pathname.endsWith("/history")) return Response.json(HISTORY);
    return Response.json({ items: [], next_page_token: null, total: 0 });
  });
}

const row = async (table: string, text: string) => {
  const rows = await within(await screen.findByRole("region", { name: table })).findAllByRole("row");
  return rows.find((one) => one.textContent?.includes(text))?.textContent ?? "";
};

it("shows what differs, and colors no difference that is within noise", async () => {
  answer(() => Response.json(DIFF));
  await show(<DiffView path={PATH} parent={2} search={{}} />);
  expect(await row("Metrics of both versions", "ROC AUC")).toContain("0.9700");
  expect(await row("Metrics of both versions", "Accuracy")).toContain("within noise");
  expect(await row("Metrics of both versions", "Recall")).toContain("0.8000");
  expect(await row("Changes of the config", "trainer.num_leaves")).toContain("3115");
  expect(await row("Changes of the config", "trainer.lambda_l1")).toContain("not set");
  expect(await row("Changes: files", "model/MLmodel")).toContain("1.5 KiB · c56191df");
  expect(await row("Changes: environment", "skops")).toContain("==0.16.0");
  expect(screen.getAllByText("No difference.").length).toBe(2);
  expect(screen.getByText("The environments are those of the files.")).toBeTruthy();
});

it("says how each change moved the metric when the page is used", async () => {
  answer(() => Response.json(DIFF));
  await show(<DiffView path={PATH} parent={2} search={{}} />);
  fireEvent.keyDown(window);
  expect(await screen.findByText(/num_leaves: 31 to 15/)).toBeTruthy();
  expect(screen.getByText(/the first of this line/)).toBeTruthy();
});

it("asks for a version to compare with when there is none before", async () => {
  answer(() => Response.json(DIFF));
  await show(<DiffView path={{ ...PATH, number: 1 }} parent={null} search={{}} />);
  expect(await screen.findByText("Choose a version to compare with")).toBeTruthy();
});

it("says that an address names no version", async () => {
  answer(() => Response.json(DIFF));
  await show(<DiffView path={PATH} parent={null} search={{ base: "iris@@" }} />);
  expect((await screen.findByRole("status")).textContent).toContain("names no version");
});
