import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { editText, readConfig, setInputs, setValue } from "./draft";

const TEXT = `# tuned by hand
model_type: gbm
input_features:
- {name: a, type: number}
- {name: b, type: category, preprocessing: {lowercase: true}}
output_features:
- {name: y, type: binary}
trainer:
  learning_rate: 0.1 # slower is better
`;

describe("an edit of the form", () => {
  it("changes one value and keeps comments and style", () => {
    expect(editText(TEXT, setValue(["trainer", "learning_rate"], 0.05))).toBe(TEXT.replace("0.1 #", "0.05 #"));
  });

  it("makes the sections it needs", () => {
    const text = editText(TEXT, setValue(["preprocessing", "split", "probabilities"], [0.8, 0.1, 0.1]));
    expect(text).toContain("preprocessing:\n  split:\n    probabilities: [0.8, 0.1, 0.1]\n");
  });

  it("removes the sections it leaves empty", () => {
    expect(editText(TEXT, setValue(["trainer", "learning_rate"], undefined))).not.toContain("trainer");
  });

  it("replaces a section that holds nothing", () => {
    expect(editText("trainer:\n", setValue(["trainer", "seed"], 1))).toBe("trainer:\n  seed: 1\n");
  });

  it("leaves YAML alone that cannot be read", () => {
    expect(editText("a: [1", setValue(["b"], 2))).toBe("a: [1");
  });

  it("includes and excludes columns, keeping what is said of the others", () => {
    const columns = [
      { name: "b", type: "text" },
      { name: "c", type: "date" },
    ];
    const text = editText(TEXT, setInputs(columns));
    expect(text).toContain("- {name: b, type: category, preprocessing: {lowercase: true}}\n- {name: c, type: date}\n");
    expect(text).not.toContain("name: a");
  });

  it("can include columns again after all were left out", () => {
    const none = editText(TEXT, setInputs([]));
    const config = readConfig(parseDocument(editText(none, setInputs([{ name: "a", type: "number" }]))));
    expect(config?.input_features).toEqual([{ name: "a", type: "number" }]);
  });
});

describe("reading a config", () => {
  it("takes odd features as far as they go", () => {
    const config = readConfig(parseDocument("input_features: [3, {name: x}]\noutput_features: none\n"));
    expect(config?.input_features).toEqual([
      { name: "", type: "" },
      { name: "x", type: "" },
    ]);
    expect(config?.output_features).toEqual([]);
  });

  it.each(["", "- a", "just text", "a: [1"])("is not possible for %j", (text) => {
    expect(readConfig(parseDocument(text))).toBeNull();
  });
});
