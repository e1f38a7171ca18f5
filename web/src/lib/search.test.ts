import { describe, expect, it } from "vitest";
import {
  flag,
  integer,
  integers,
  numberWithin,
  oneOf,
  parseSearch,
  range,
  stringifySearch,
  text,
  texts,
} from "./search";

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

  it("may be lists of names with commas and backslashes", () => {
    const names = ["params.a,b", "c\\d", "e\\,f", "plain", "\\"];
    const address = stringifySearch({ columns: names });
    expect(address).toBe("?columns=params.a%5C%2Cb,c%5C%5Cd,e%5C%5C%5C%2Cf,plain,%5C%5C");
    expect(texts(parseSearch(address).columns)).toEqual(names);
    expect(texts(parseSearch("?columns=a,b&columns=c").columns)).toEqual(["a", "b", "c"]);
  });

  it("may be given more than once instead of as a list", () => {
    expect(integers(parseSearch("?v=3&v=5").v)).toEqual([3, 5]);
  });

  it("may be a range or within limits", () => {
    expect(range(parseSearch(stringifySearch({ zoom: [10, 50] })).zoom)).toEqual([10, 50]);
    expect(range("50,10")).toBeUndefined();
    expect(range("10")).toBeUndefined();
    expect(numberWithin("0.6", 0, 0.99)).toBe(0.6);
    expect(numberWithin("2", 0, 0.99)).toBeUndefined();
    expect(numberWithin("x", 0, 0.99)).toBeUndefined();
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
