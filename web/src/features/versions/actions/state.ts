import type { VersionSummary } from "@/api/types";
import { isMoving } from "@/ui/status";

/** `iris/3`: the name of a version in one word. */
export const referenceOf = ({ model, number }: Pick<VersionSummary, "model" | "number">) => `${model}/${number}`;

/** Whether there is a model that can be downloaded and asked. */
export const isUsable = (status: string) => ["Ready", "Deploying", "Deployed", "Undeploying"].includes(status);

/** Whether it was trained here, and so has a config, a timeline, curves and a log; others were registered. */
export const wasTrained = ({ trainer }: Pick<VersionSummary, "trainer">) => trainer !== null;

const COUNTED = new Set(["Queued", "Preprocessing", "Training", "Evaluating"]);

/** Whether the step that a version is in counts towards its duration. */
export const isCounted = (status: string) => COUNTED.has(status);

/** Why something that a step of the training makes is not there. */
export function whenThere(status: string, step: string): string {
  if (isMoving(status) && status !== "Canceling")
    return `It appears after the step ${step}. The version is ${status} now.`;
  if (status === "Failed") return `The training failed before the step ${step} finished.`;
  if (status === "Canceled" || status === "Canceling")
    return `The training was canceled before the step ${step} finished.`;
  return "None was recorded for this version.";
}
