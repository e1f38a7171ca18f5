import { expect, test } from "vitest";
import { modelCard } from "./modelCard";

test("a model card has what is known", () => {
  const card = modelCard({
    model: "iris",
    number: 3,
    dataset: { name: "iris", number: 2 },
    target: "species",
    output_type: "category",
    trainer: "gbm",
    metrics: [
      { name: "accuracy", split: "test", value: 0.95, higher_is_better: true },
      { name: "accuracy", split: "train", value: 1, higher_is_better: true },
    ],
    signature: { inputs: [{ name: "petal", type: "double", required: true }], outputs: [] },
  });
  expect(card).toContain("Predicts `species` (category).");
  expect(card).toContain("Trained on iris@2.");
  expect(card).toContain("Inputs: `petal`.");
  expect(card).toContain("| Accuracy | 0.9500 |");
  expect(card).not.toContain("1.000");
});

test("where nothing is known it asks", () => {
  const card = modelCard({
    model: "m",
    number: 1,
    dataset: null,
    target: null,
    output_type: null,
    trainer: null,
    metrics: [],
    signature: null,
  });
  expect(card).toContain("What does it predict?");
  expect(card).toContain("What was it trained on?");
  expect(card).toContain("How well does it do, and on which rows?");
});
