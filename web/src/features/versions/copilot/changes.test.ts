import { expect, it } from "vitest";
import { changeText } from "./changes";

it.each([
  [{ path: "trainer.num_leaves", old: 31, new: 15 }, "trainer.num_leaves 31 → 15"],
  [{ path: "trainer.max_depth", old: null, new: 4 }, "trainer.max_depth none → 4"],
  [{ path: "input_features[copy]", old: { name: "copy" }, new: null }, "input_features[copy] left out"],
  [
    { path: "input_features[a].preprocessing.fill_value", old: 1, new: null },
    "input_features[a].preprocessing.fill_value 1 → none",
  ],
  [{ path: "trainer.hidden_layers", old: [64], new: [128] }, "trainer.hidden_layers [64] → [128]"],
])("a change is one line", (change, text) => {
  expect(changeText(change)).toBe(text);
});
