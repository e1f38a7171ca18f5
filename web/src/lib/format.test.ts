import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatNumber,
  formatRelative,
  formatShare,
  formatValue,
  metricTitle,
  shortId,
} from "./format";

describe("formatNumber", () => {
  it.each([
    [0.98765432, "0.9877"],
    [1, "1.000"],
    [-12.3456, "-12.35"],
    [123456.7, "123,457"],
    [0, "0"],
    [0.00001234, "1.234e-5"],
    [123456789, "1.235e8"],
    ["NaN", "NaN"],
    ["Infinity", "Infinity"],
    [null, "–"],
  ])("shows %s as %s", (value, shown) => expect(formatNumber(value)).toBe(shown));
});

describe("formatValue", () => {
  it.each([
    [20, "20"],
    [12_345, "12,345"],
    [24.9, "24.9"],
    [0.123456, "0.1235"],
    [10.00001, "10"],
    ["NaN", "NaN"],
    [null, "–"],
  ])("shows %s as %s", (value, shown) => expect(formatValue(value)).toBe(shown));
});

describe("formatDuration", () => {
  it.each([
    [420, "420ms"],
    [3_260, "3.2s"],
    [59_999, "59s"],
    [134_000, "2m 14s"],
    [3_600_000 + 180_000, "1h 03m"],
    [100 * 3_600_000, "4d 4h"],
  ])("shows %d ms as %s", (ms, shown) => expect(formatDuration(ms)).toBe(shown));
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [1_023, "1023 B"],
    [1_536, "1.5 KiB"],
    [5 * 1024 ** 3, "5.0 GiB"],
  ])("shows %d as %s", (bytes, shown) => expect(formatBytes(bytes)).toBe(shown));
});

describe("formatShare", () => {
  it("never rounds to an untrue nothing or all", () => {
    expect(formatShare(1, 100_000)).toBe("<0.1%");
    expect(formatShare(99_999, 100_000)).toBe(">99.9%");
    expect(formatShare(100, 100)).toBe("100%");
    expect(formatShare(0, 0)).toBe("0%");
  });
});

it("tells times relative to now", () => {
  const now = new Date("2026-01-10T12:00:00Z");
  expect(formatRelative(new Date("2026-01-10T11:59:50Z"), now)).toBe("just now");
  expect(formatRelative(new Date("2026-01-10T11:15:00Z"), now)).toBe("45 minutes ago");
  expect(formatRelative(new Date("2026-01-08T12:00:00Z"), now)).toBe("2 days ago");
});

it("names metrics for people", () => {
  expect(metricTitle("roc_auc")).toBe("ROC AUC");
  expect(metricTitle("mean_squared_error")).toBe("Mean squared error");
});

it("tells runs of the same moment apart", () => {
  expect(shortId("01a1fbce36cc7d058ef4ef1bbd44e83c")).toBe("bd44e83c");
});
