import { expect, test } from "vitest";
import type { MetricSummary } from "@/api/types";
import { isDashed } from "./marks";
import { formatDifference, metricRows } from "./metricRows";

const metric = (name: string, value: number, split: MetricSummary["split"] = "test", higher = true): MetricSummary => ({
  name,
  split,
  value,
  higher_is_better: higher,
});

test("the default metric of the test split comes first and the best value is marked by its direction", () => {
  const first = {
    metric: metric("roc_auc", 0.9),
    metrics: [metric("log_loss", 0.3, "test", false), metric("roc_auc", 0.9), metric("roc_auc", 0.99, "train")],
  };
  const second = {
    metric: metric("roc_auc", 0.8),
    metrics: [metric("log_loss", 0.2, "test", false), metric("roc_auc", 0.8)],
  };
  const rows = metricRows([first, second]);
  expect(rows.map(({ name, split }) => `${split} ${name}`)).toEqual(["test roc_auc", "test log_loss", "train roc_auc"]);
  expect(rows[0]?.best).toEqual([true, false]);
  expect(rows[1]?.best).toEqual([false, true]);
  expect(rows[2]?.values).toEqual([0.99, null]);
});

test("nothing is best where all are equal or not a number", () => {
  const same = { metric: null, metrics: [metric("f1", 1)] };
  expect(metricRows([same, same])[0]?.best).toEqual([false, false]);
  const nan = { metric: null, metrics: [metric("f1", "NaN" as unknown as number)] };
  expect(metricRows([nan, same])[0]).toMatchObject({ values: ["NaN", 1], best: [false, false] });
});

test("differences have two digits", () => {
  expect(formatDifference(0.0123)).toBe("0.012");
  expect(formatDifference(1234.5)).toBe("1235");
});

test("a version that shares its color with an earlier one is dashed", () => {
  expect(isDashed(13, [3, 13])).toBe(true);
  expect(isDashed(3, [3, 13])).toBe(false);
  expect(isDashed(4, [3, 4])).toBe(false);
});
