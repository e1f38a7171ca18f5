import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { SuggestionOutcome } from "@/api/types";
import { show } from "@/testing/render";
import { Outcome } from "./Outcome";

const OUTCOME: SuggestionOutcome = {
  id: "overfit",
  rule: "overfit",
  title: "Less overfitting",
  parent: 1,
  number: 2,
  status: "Ready",
  metric: "roc_auc",
  higher_is_better: true,
  before: 0.6,
  after: 0.62,
  noise: 0.1,
  verdict: "within_noise",
  text: "Test roc_auc went from 0.6 to 0.62: within noise, as 120 test rows leave 0.1 to chance.",
};

it("says the verdict, and leads to the version that tried it", async () => {
  await show(<Outcome project="p" model="wine" outcome={OUTCOME} shown="number" />);
  expect(screen.getByText("Within noise")).toBeDefined();
  expect(screen.getByRole("link", { name: "#2" }).getAttribute("href")).toContain("/p/p/models/wine/versions/2");
});

it("leads back to the suggestions of the version that it was for", async () => {
  await show(<Outcome project="p" model="wine" outcome={{ ...OUTCOME, verdict: "better" }} shown="parent" />);
  expect(screen.getByText("Better")).toBeDefined();
  expect(screen.getByRole("link", { name: "#1" }).getAttribute("href")).toContain("tab=copilot");
});
