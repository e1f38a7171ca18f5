import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { appendPoints, applyEvent } from "./events";
import type { VersionSummary } from "./generated/types.gen";
import { keys } from "./keys";

const point = (step: number) => ({ step, timestamp_ms: step, value: step / 10 });

describe("new points of curves", () => {
  const curves = {
    best_iteration: null,
    curves: [{ name: "log_loss", split: "train" as const, points: [point(1), point(2)], point_count: 2 }],
  };

  it("go to their curve, once", () => {
    const next = appendPoints(curves, { train_log_loss: [point(2), point(3)] });
    expect(next.curves[0]?.points.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(next.curves[0]?.point_count).toBe(3);
  });

  it("begin a curve that is new", () => {
    const next = appendPoints(curves, { validation_log_loss: [point(1)] });
    expect(next.curves[1]).toMatchObject({ name: "log_loss", split: "validation", point_count: 1 });
  });
});

describe("a changed version", () => {
  const version = { model: "iris", number: 3, status: "Queued", progress: null } as VersionSummary;

  it("is replaced where it is listed", () => {
    const queries = new QueryClient();
    const key = keys.versionList("p", "iris", {});
    queries.setQueryData(key, { pages: [{ items: [version] }], pageParams: [null] });
    applyEvent(queries, "p", { type: "version.changed", version: { ...version, status: "Training" } });
    const pages = queries.getQueryData<{ pages: { items: VersionSummary[] }[] }>(key)?.pages;
    expect(pages?.[0]?.items[0]?.status).toBe("Training");
    expect(queries.getQueryState(key)?.isInvalidated).toBe(false);
  });

  it("that is new makes the lists be fetched again", () => {
    const queries = new QueryClient();
    const key = keys.versionList("p", "iris", {});
    queries.setQueryData(key, { pages: [{ items: [version] }], pageParams: [null] });
    applyEvent(queries, "p", { type: "version.changed", version: { ...version, number: 4 } });
    expect(queries.getQueryState(key)?.isInvalidated).toBe(true);
  });

  it("shows progress without a request", () => {
    const queries = new QueryClient();
    const key = keys.versionInfo("p", "iris", 3);
    queries.setQueryData(key, version);
    const progress = { fraction: 0.5, message: "half", remaining_ms: null };
    applyEvent(queries, "p", { type: "progress.changed", model: "iris", number: 3, progress });
    expect(queries.getQueryData<VersionSummary>(key)?.progress).toEqual(progress);
  });
});
