import { expect, it } from "vitest";
import { nameFromFile, nameProblem } from "./names";

it.each(["", "-a", "a/b", "a b", "é", "x".repeat(101), ".."])("refuses %j as a name", (name) =>
  expect(nameProblem(name)).not.toBeNull(),
);

it.each(["a", "Iris-2_b.c", "x".repeat(100)])("takes %j as a name", (name) => expect(nameProblem(name)).toBeNull());

it.each([
  ["Iris (final).csv.gz", "iris-final"],
  ["_private.parquet", "private"],
  ["données.jsonl", "donn-es"],
])("proposes a valid name for %s", (file, name) => expect(nameFromFile(file)).toBe(name));
