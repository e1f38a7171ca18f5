// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { RunSummary } from "@/api/types";
import { fieldsOf, hasNewNames } from "./fields";
import { isNested, orderText, runList } from "./search";
import { nest } from "./useNestedRows";

const run = (id: string) => ({ id }) as RunSummary;

describe("what a table of runs asks for", () => {
  it("orders by a field in the filter grammar, its key quoted where it has to be", () => {
    expect(orderText("start_time", "desc")).toBe("start_time DESC");
    expect(orderText("metrics.val/loss", "asc")).toBe("metrics.val/loss ASC");
    expect(orderText("params.learning rate", "asc")).toBe("params.`learning rate` ASC");
    expect(orderText("metrics.a.b", "desc")).toBe("metrics.`a.b` DESC");
  });
  it("leaves nested runs to their parents, unless a filter or the deletion tore them apart", () => {
    expect(runList({}, ["1"])).toEqual({
      experiment: ["1"],
      filter: "tags.`mlflow.parentRunId` IS NULL",
      state: "active",
      order_by: ["start_time DESC"],
    });
    expect(runList({ filter: "metrics.loss < 1" }, ["1"]).filter).toBe("metrics.loss < 1");
    expect(runList({ flat: true }, []).filter).toBeUndefined();
    expect([isNested({}), isNested({ state: "deleted" }), isNested({ flat: true })]).toEqual([true, false, false]);
  });
  it("completes with the names that are in use", () => {
    const fields = fieldsOf({ metrics: ["val loss"], params: ["depth"], tags: ["team"], truncated: false });
    const named = new Map(fields.map(({ name, kind }) => [name, kind]));
    expect(named.get("metrics.`val loss`")).toBe("number");
    expect(named.get("params.depth")).toBe("text");
    expect(named.get("tags.team")).toBe("text");
    expect(named.get("status")).toBe("text");
  });
});

describe("names without a column", () => {
  const names = { metrics: ["loss"], params: ["depth"], tags: [], truncated: false };
  it("are noticed in any family", () => {
    expect(hasNewNames(names, [{ metrics: { loss: 1 }, params: { depth: "6" }, tags: {} }])).toBe(false);
    expect(hasNewNames(names, [{ metrics: { late: 1 }, params: {}, tags: {} }])).toBe(true);
    expect(hasNewNames(names, [{ metrics: {}, params: {}, tags: { team: "a" } }])).toBe(true);
  });
  it("are left alone where there are too many names", () => {
    const many = { ...names, truncated: true };
    expect(hasNewNames(many, [{ metrics: { late: 1 }, params: {}, tags: {} }])).toBe(false);
  });
});

describe("nested rows", () => {
  it("stand below their parents, as deep as they are", () => {
    const children = new Map([
      ["a", [run("b"), run("c")]],
      ["c", [run("d")]],
      ["unseen", [run("e")]],
    ]);
    const { rows, depths } = nest([run("a"), run("z")], children);
    expect(rows.map(({ id }) => id)).toEqual(["a", "b", "c", "d", "z"]);
    expect([...depths]).toEqual([
      ["b", 1],
      ["c", 1],
      ["d", 2],
    ]);
  });
  it("end where a run is its own ancestor", () => {
    const { rows } = nest(
      [run("a")],
      new Map([
        ["a", [run("b")]],
        ["b", [run("a")]],
      ]),
    );
    expect(rows.map(({ id }) => id)).toEqual(["a", "b"]);
  });
  it("are the very same list where nothing is open", () => {
    const roots = [run("a")];
    expect(nest(roots, new Map()).rows).toBe(roots);
  });
});
