import { expect, test } from "vitest";
import { splitMatches } from "./matches";

test("text is cut at every match, whatever its case", () => {
  expect(splitMatches("Loss and loss", "loss")).toEqual(["", "Loss", " and ", "loss", ""]);
  expect(splitMatches("nothing", "loss")).toEqual(["nothing"]);
  expect(splitMatches("as it is", "")).toEqual(["as it is"]);
});
