import { expect, it } from "vitest";
import { detailText, placeOf, verbOf } from "./describe";

it("reads actions as verbs", () => {
  expect(verbOf("version.created")).toBe("created");
  expect(verbOf("dataset.version_created")).toBe("version created");
});

it("shortens digests and leaves out what is empty", () => {
  expect(detailText({ digest: "ab".repeat(32), note: "", number: 1, tags: ["x"] })).toBe(
    'digest: abababab, number: 1, tags: ["x"]',
  );
});

it.each([
  ["dataset", "iris", { kind: "dataset", dataset: "iris", number: null }],
  ["dataset_version", "iris@2", { kind: "dataset", dataset: "iris", number: 2 }],
  ["version", "iris/3", { kind: "version", model: "iris", number: 3 }],
  ["model", "iris", { kind: "model", model: "iris" }],
  ["run", "0af3", { kind: "run", id: "0af3" }],
  ["trace", "tr-1", { kind: "trace", id: "tr-1" }],
  ["experiment", "churn", { kind: "experiment", id: "4" }],
  ["evaluation_dataset", "golden", { kind: "evaluation_dataset", id: "d-1" }],
  ["project", "default", null],
])("knows the page of a %s", (kind, name, place) =>
  expect(placeOf({ object_kind: kind, object_name: name, detail: { experiment_id: 4, dataset_id: "d-1" } })).toEqual(
    place,
  ),
);
