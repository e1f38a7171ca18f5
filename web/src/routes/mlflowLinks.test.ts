import { describe, expect, it } from "vitest";
import { ofMlflowLink } from "./mlflowLinks";

describe("ofMlflowLink", () => {
  it.each([
    ["/experiments/4", "/p/default/experiments/4"],
    ["#/experiments/4", "/p/default/experiments/4"],
    ["/experiments/4/overview", "/p/default/experiments/4"],
    ["/experiments/4/runs/0af3", "/p/default/runs/0af3"],
    ["/experiments/4/runs/0af3/", "/p/default/runs/0af3"],
    ["/experiments/4/runs/0af3/model-metrics", "/p/default/runs/0af3?tab=metrics"],
    ["/experiments/4/runs/0af3/artifacts", "/p/default/runs/0af3?tab=artifacts"],
    ["/experiments/4/runs/0af3?workspace=fraud", "/p/fraud/runs/0af3"],
    ["/experiments/4/traces", "/p/default/experiments/4?tab=traces"],
    ["/experiments/4/traces?selectedEvaluationId=tr-12", "/p/default/traces/tr-12"],
    ["/experiments/4/datasets", "/p/default/experiments/4?tab=datasets"],
    ["/experiments/4/evaluation-runs?selectedRunUuid=0af3", "/p/default/runs/0af3"],
    ["/compare-runs?runs=[%22a%22,%22b%22]&experiments=[%224%22]", "/p/default/runs/compare?run=a,b"],
    ["/compare-runs?runs=nonsense", "/p/default/runs/compare?run="],
    ["/models/iris-lr", "/p/default/models/iris-lr"],
    ["/models/iris%20lr/versions/3", "/p/default/models/iris%20lr/versions/3"],
    ["/models", "/p/default/models"],
  ])("%s is %s", (hash, address) => {
    expect(ofMlflowLink(hash, undefined)).toBe(address);
  });

  it("takes the project of the path before that of the link", () => {
    expect(ofMlflowLink("/experiments/4?workspace=fraud", "churn")).toBe("/p/churn/experiments/4");
  });

  it.each(["", "/", "/nothing", "part", "/experiments/x"])("knows nothing of %j", (hash) => {
    expect(ofMlflowLink(hash, undefined)).toBeUndefined();
  });
});
