import { describe, expect, it } from "vitest";
import { keyZoom } from "./keyZoom";

describe("zooming with keys", () => {
  it("halves around the middle and doubles back", () => {
    expect(keyZoom("+", [0, 100], [0, 100])).toEqual([25, 75]);
    expect(keyZoom("=", [0, 100], [25, 75])).toEqual([38, 63]);
    expect(keyZoom("-", [0, 100], [40, 60])).toEqual([30, 70]);
  });
  it("shows all when doubling reaches the ends, and with 0", () => {
    expect(keyZoom("-", [0, 100], [25, 75])).toBeNull();
    expect(keyZoom("0", [0, 100], [25, 75])).toBeNull();
  });
  it("moves by a quarter and stops at the ends", () => {
    expect(keyZoom("ArrowRight", [0, 100], [20, 60])).toEqual([30, 70]);
    expect(keyZoom("ArrowRight", [0, 100], [55, 95])).toEqual([60, 100]);
    expect(keyZoom("ArrowLeft", [0, 100], [5, 45])).toEqual([0, 40]);
  });
  it("leaves other keys, the arrows of a whole view, and what is as fine as it gets, alone", () => {
    expect(keyZoom("a", [0, 100], [20, 60])).toBeUndefined();
    expect(keyZoom("ArrowLeft", [0, 100], [0, 100])).toBeUndefined();
    expect(keyZoom("+", [0, 100], [40, 41])).toBeUndefined();
  });
});
