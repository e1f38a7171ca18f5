import { expect, test } from "vitest";
import type { MetricSummary, VersionSummary } from "@/api/types";
import { baselineOf } from "./baseline";

const metric = (value: number, name = "roc_auc"): MetricSummary => ({
  name,
  split: "test",
  value,
  higher_is_better: true,
});
const version = (number: number, parent: number | null, of: MetricSummary | null) =>
  ({ number, parent, metric: of }) as VersionSummary;
const known = (...versions: VersionSummary[]) => new Map(versions.map((each) => [each.number, each]));

test("a version is held against the one it was made from", () => {
  const third = version(3, 1, metric(0.9));
  expect(baselineOf(third, known(version(1, null, metric(0.8)), version(2, 1, metric(0.7)), third))?.value).toBe(0.8);
});

test("a parent without a metric is passed over", () => {
  const third = version(3, 2, metric(0.9));
  expect(baselineOf(third, known(version(1, null, metric(0.8)), version(2, 1, null), third))?.value).toBe(0.8);
});

test("without a parent it is the one before", () => {
  const second = version(2, null, metric(0.9));
  expect(baselineOf(second, known(version(1, null, metric(0.8)), second))?.value).toBe(0.8);
});

test("another metric, or a version that is not at hand, is no baseline", () => {
  const second = version(2, 1, metric(0.9));
  expect(baselineOf(second, known(version(1, null, metric(3, "r2")), second))).toBeNull();
  expect(baselineOf(second, known(second))).toBeNull();
});
