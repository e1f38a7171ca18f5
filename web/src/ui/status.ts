import type { Delivery, RunStatus, VersionStatus } from "@/api/types";

export type Tone = "moving" | "good" | "bad" | "stopped";

const TONES: Record<VersionStatus | RunStatus | Capitalize<Delivery["state"]>, Tone> = {
  Queued: "moving",
  Preprocessing: "moving",
  Training: "moving",
  Evaluating: "moving",
  Visualizing: "moving",
  Explaining: "moving",
  Canceling: "moving",
  Deploying: "moving",
  Undeploying: "moving",
  Ready: "good",
  Deployed: "good",
  Failed: "bad",
  Canceled: "stopped",
  Scheduled: "moving",
  Running: "moving",
  Finished: "good",
  Killed: "stopped",
  Waiting: "moving",
  Delivered: "good",
};

export const toneOf = (status: string): Tone => TONES[status as keyof typeof TONES] ?? "stopped";
export const isMoving = (status: string): boolean => toneOf(status) === "moving";
