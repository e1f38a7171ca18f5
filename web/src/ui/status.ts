import type { Delivery, RunStatus, SpanStatus, TraceState, VersionStatus } from "@/api/types";

export type Tone = "moving" | "good" | "bad" | "stopped";

type Status = VersionStatus | RunStatus | TraceState | SpanStatus | Capitalize<Delivery["state"]>;

const TONES: Record<Status, Tone> = {
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
  OK: "good",
  Error: "bad",
  "In progress": "moving",
  Unspecified: "stopped",
  Unset: "stopped",
};

export const toneOf = (status: string): Tone => TONES[status as keyof typeof TONES] ?? "stopped";
export const isMoving = (status: string): boolean => toneOf(status) === "moving";
