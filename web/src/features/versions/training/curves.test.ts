import { expect, test } from "vitest";
import type { Curve } from "@/api/types";
import { groupCurves } from "./curves";

const curve = (name: string, split: Curve["split"], values: (number | string)[]): Curve => ({
  name,
  split,
  point_count: values.length,
  points: values.map((value, index) => ({ step: index + 1, timestamp_ms: 0, value: value as number })),
});

test("curves are grouped by metric with the splits in their order, and keep their gaps", () => {
  const groups = groupCurves({
    best_iteration: null,
    curves: [curve("loss", "validation", [3, "NaN", 1]), curve("loss", "train", [2]), curve("auc", "train", [0.5])],
  });
  expect(groups.map(({ metric }) => metric)).toEqual(["loss", "auc"]);
  expect(groups[0]?.series.map(({ split }) => split)).toEqual(["train", "validation"]);
  expect(groups[0]?.series[1]).toMatchObject({ steps: [1, 2, 3], values: [3, Number.NaN, 1] });
});
