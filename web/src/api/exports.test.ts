import { expect, it } from "vitest";
import { exportUrl } from "./exports";

it("names the list, what it is asked for, the format and each column", () => {
  const query = { search: "a&b", experiment: ["1", "2"], state: undefined, sort: "name", of_models: false, q: "" };
  const url = exportUrl("my project", { path: "models/a b/versions", query }, "csv", ["name", "params.a,b"]);
  const [path, search] = url.split("?");
  expect(path).toBe("/api/v1/projects/my%20project/models/a%20b/versions");
  expect([...new URLSearchParams(search)]).toEqual([
    ["search", "a&b"],
    ["experiment", "1"],
    ["experiment", "2"],
    ["sort", "name"],
    ["of_models", "false"],
    ["format", "csv"],
    ["columns", "name"],
    ["columns", "params.a,b"],
  ]);
});
