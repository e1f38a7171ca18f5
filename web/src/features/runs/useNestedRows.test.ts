// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { RunSummary } from "@/api/types";
import { nest } from "./useNestedRows";

const run = (id: string) => ({ id }) as RunSummary;

it("puts what is nested below its parent, and says how deep", () => {
  const children = new Map([
    ["a", [run("b"), run("c")]],
    ["c", [run("d")]],
    ["elsewhere", [run("x")]],
  ]);
  const { rows, depths } = nest([run("a"), run("e")], children);
  expect(rows.map(({ id }) => id)).toEqual(["a", "b", "c", "d", "e"]);
  expect(Object.fromEntries(depths)).toEqual({ b: 1, c: 1, d: 2 });
});

it("shows a run that is its own ancestor once", () => {
  const { rows } = nest(
    [run("a")],
    new Map([
      ["a", [run("b")]],
      ["b", [run("a")]],
    ]),
  );
  expect(rows.map(({ id }) => id)).toEqual(["a", "b"]);
});
