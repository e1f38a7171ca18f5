import { expect, it } from "vitest";
import type { WarningAction } from "@/api/types";
import { editText } from "./draft";
import { editOf } from "./warnings";

const TEXT = `model_type: gbm
input_features:
- {name: a, type: number}
- {name: told, column: b, type: category}
output_features:
- {name: y, type: binary}
`;

const after = (action: Omit<WarningAction, "label">) => {
  const edit = editOf({ ...action, label: "" });
  return edit && editText(TEXT, edit);
};

it("leaves out a feature by its name", () => {
  expect(after({ kind: "drop_feature", feature: "told" })).toBe(
    TEXT.replace("- {name: told, column: b, type: category}\n", ""),
  );
  expect(after({ kind: "drop_feature", feature: "b" })).toBe(TEXT);
});

it("sets what the action names", () => {
  const split = { type: "datetime", column: "day", probabilities: [0.7, 0.1, 0.2] };
  expect(after({ kind: "set_split", split })).toContain("type: datetime");
  expect(after({ kind: "set_option", option: "num_boost_round", value: 20000 })).toContain(
    "trainer:\n  num_boost_round: 20000\n",
  );
  expect(after({ kind: "drop_duplicates" })).toContain("preprocessing:\n  drop_duplicates: true\n");
});

it("leaves a choice to the person", () => {
  expect(after({ kind: "choose_target" })).toBeNull();
  expect(after({ kind: "edit_config" })).toBeNull();
});
