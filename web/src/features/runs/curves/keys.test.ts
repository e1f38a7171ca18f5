import { expect, test } from "vitest";
import { groupKeys, inBatches } from "./keys";

test("keys are grouped by what stands before the slash, those without one first", () => {
  expect(groupKeys(["train/loss", "rmse", "system/cpu", "train/auc", "/odd"])).toEqual([
    { prefix: "", keys: ["/odd", "rmse"] },
    { prefix: "system", keys: ["system/cpu"] },
    { prefix: "train", keys: ["train/auc", "train/loss"] },
  ]);
});

test("a search leaves the keys that contain it, in any case", () => {
  expect(groupKeys(["train/Loss", "rmse", "val_loss"], " loss ")).toEqual([
    { prefix: "", keys: ["val_loss"] },
    { prefix: "train", keys: ["train/Loss"] },
  ]);
  expect(groupKeys(["rmse"], "nothing")).toEqual([]);
});

test("batches hold every item once", () => {
  expect(inBatches([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(inBatches([], 2)).toEqual([]);
});
