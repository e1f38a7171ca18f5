import { expect, test } from "vitest";
import { apartAxis, placeOf } from "./apart";

test("what is no number has a place of its own, a text has none", () => {
  expect(["0.5", 3, "NaN", "Infinity", "-inf", "None", "", undefined, "tree"].map(placeOf)).toEqual([
    0.5,
    3,
    "NaN",
    "∞",
    "−∞",
    "None",
    "empty",
    "not logged",
    null,
  ]);
});

test("numbers keep a round scale, the rest stands beside it under its own label", () => {
  const axis = apartAxis([0.12, 0.31, "NaN", "∞", "not logged"]);
  expect(axis.numbers).toEqual([0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
  expect(axis.ticks.slice(-3).map(axis.label)).toEqual(["NaN", "not logged", "∞"]);
  expect(axis.at(0.31)).toBe(0.31);
  expect(axis.at("NaN")).toBeLessThan(0.1);
  expect(axis.at("not logged")).toBeLessThan(axis.at("NaN"));
  expect(axis.at("∞")).toBeGreaterThan(0.35);
  expect(axis.min).toBeLessThan(axis.at("not logged"));
  expect(axis.max).toBeGreaterThan(axis.at("∞"));
  expect(axis.borders).toHaveLength(2);
});

test("one number, none, and the largest make an axis too", () => {
  for (const places of [[7], [0], ["NaN" as const], [-1e308, 1e308], [5e-324, 1]]) {
    const { min, max, ticks, at } = apartAxis(places);
    expect(max).toBeGreaterThan(min);
    expect(ticks.length).toBeLessThan(9);
    for (const place of places) {
      expect(at(place)).toBeGreaterThanOrEqual(min);
      expect(at(place)).toBeLessThanOrEqual(max);
    }
  }
});
