import { describe, expect, it } from "vitest";
import { flag, integer, integers, oneOf, parseSearch, stringifySearch, text, texts } from "./search";

describe("search parameters", () => {
  it("go into the address as plain text, without what is empty", () => {
    const search = {
      v: [3, 5],
      q: "a b",
      order: "asc",
      archived: true,
      off: false,
      none: undefined,
      empty: "",
      list: [],
    };
    expect(stringifySearch(search)).toBe("?v=3,5&q=a%20b&order=asc&archived=1");
    expect(stringifySearch({})).toBe("");
  });

  it("come back as they went", () => {
    const raw = parseSearch(stringifySearch({ v: [3, 5], q: "x & y=z", archived: true }));
    expect({ v: integers(raw.v), q: text(raw.q), archived: flag(raw.archived) }).toEqual({
      v: [3, 5],
      q: "x & y=z",
      archived: true,
    });
  });

  it("that are wrong are left out", () => {
    expect(integer("three")).toBeUndefined();
    expect(integer("")).toBeUndefined();
    expect(integers("1,x,2")).toEqual([1, 2]);
    expect(oneOf("sideways", ["asc", "desc"])).toBeUndefined();
    expect(texts("")).toBeUndefined();
    expect(flag("no")).toBeUndefined();
  });
});
