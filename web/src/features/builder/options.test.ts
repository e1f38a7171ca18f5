import { describe, expect, it } from "vitest";
import { type Option, readValue, schemaOptions, showValue } from "./options";

const option = (type: Option["type"], nullable = false): Option => ({
  name: "x",
  type,
  default: 1,
  nullable,
  help: "",
});

describe("what is typed", () => {
  it.each([
    [option("number"), "0.5", 0.5],
    [option("integer"), "abc", "abc"],
    [option("integer"), " ", undefined],
    [option("integer", true), "none", null],
    [option("integer_list"), "64, 32", [64, 32]],
    [option("integer_list"), "64, x", "64, x"],
    [option("string"), "none", "none"],
  ])("%o: %j becomes %j", (kind, typed, value) => expect(readValue(kind, typed)).toEqual(value));
});

it("makes options of a JSON Schema, without what no plain field can edit", () => {
  const schema = {
    $defs: {
      Part: {
        properties: {
          strategy: { enum: ["a", "b"], type: "string", default: "a", description: "How." },
          fill: { anyOf: [{ type: "number", minimum: 0 }, { type: "null" }], default: null },
          nested: { $ref: "#/$defs/Other" },
        },
      },
    },
  };
  expect(schemaOptions(schema, "Part")).toMatchObject([
    { name: "strategy", type: "choice", choices: ["a", "b"], nullable: false, help: "How." },
    { name: "fill", type: "number", minimum: 0, nullable: true },
  ]);
  expect(schemaOptions(undefined, "Part")).toEqual([]);
});

it("shows values for people", () => {
  expect([null, true, [1, 2], 0.5].map(showValue)).toEqual(["none", "yes", "1, 2", "0.5"]);
});
