import { expect, test } from "vitest";
import type { Span } from "@/api/types";
import { durationText, iconOf, typeTitle } from "./spans";

test("types are written as words; what their authors named stays", () => {
  const titles = ["CHAT_MODEL", "LLM", "UNKNOWN", "MyStep", "my_step"].map(typeTitle);
  expect(titles).toEqual(["Chat model", "LLM", null, "MyStep", "my step"]);
});

test("types of others have an icon too", () => {
  expect(iconOf("TOOL")).not.toBe(iconOf("anything"));
  expect(iconOf("anything")).toBe(iconOf("UNKNOWN"));
});

test("a span that goes on has no duration yet", () => {
  expect(durationText({ duration_ns: null } as Span)).toBe("in progress");
  expect(durationText({ duration_ns: 2_000_000 } as Span)).toBe("2ms");
});
