import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { MetricSummary } from "@/api/types";
import { show } from "@/testing/render";
import { Metric } from "./Metric";

const metric = (name: string, value: number | string, higher_is_better: boolean) =>
  ({ name, value, higher_is_better, split: "test" }) as MetricSummary;

it.each([
  ["accuracy", 0.9, 0.8, true, "better"],
  ["accuracy", 0.7, 0.8, true, "worse"],
  ["log_loss", 0.9, 0.8, false, "worse"],
  ["log_loss", 0.7, 0.8, false, "better"],
])("says whether %s %d after %d is better", async (name, value, before, higher, word) => {
  await show(<Metric metric={metric(name, value, higher)} parent={metric(name, before, higher)} />);
  expect(screen.getByTitle(`${word} than the parent by 0.1000`)).toBeTruthy();
});

it("compares nothing with another metric, with the same value or with none", async () => {
  const own = metric("accuracy", 0.9, true);
  for (const parent of [metric("f1", 0.8, true), own, metric("accuracy", "NaN", true), null]) {
    const { unmount } = await show(<Metric metric={own} parent={parent} />);
    expect(screen.getByText("0.9000")).toBeTruthy();
    expect(screen.queryByTitle(/than the parent/)).toBeNull();
    unmount();
  }
});
