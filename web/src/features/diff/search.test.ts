import { expect, test } from "vitest";
import { readBase, writeBase } from "./search";

test("a base is a number, or a model and a number", () => {
  expect(readBase("3", "iris")).toEqual({ model: "iris", number: 3 });
  expect(readBase("flowers/12", "iris")).toEqual({ model: "flowers", number: 12 });
  expect(readBase("a/b/4", "iris")).toEqual({ model: "a/b", number: 4 });
  for (const wrong of ["", "abc", "0", "-1", "iris/", "1.5"]) expect(readBase(wrong, "iris")).toBeNull();
});

test("a base is written as it is read", () => {
  expect(writeBase({ model: "iris", number: 3 }, "iris")).toBe("3");
  expect(writeBase({ model: "flowers", number: 3 }, "iris")).toBe("flowers/3");
});
