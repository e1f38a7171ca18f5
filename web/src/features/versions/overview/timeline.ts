import type { StepTiming, Version } from "@/api/types";
import { isMoving } from "@/ui/status";

export const STEPS = ["Queued", "Preprocessing", "Training", "Evaluating", "Visualizing", "Explaining"] as const;

export type StepState = "done" | "current" | "failed" | "stopped" | "pending" | "skipped";

export interface TimelineRow {
  step: string;
  state: StepState;
  /** Where the bar begins and how long it is, in percent of the whole. */
  start: number;
  width: number;
  startedAt: string | null;
  durationMs: number | null;
  error: string | null;
}

/** The steps of a training as bars over the time it took so far; `now` in milliseconds. */
export function timelineRows(version: Pick<Version, "timeline" | "status" | "error">, now: number): TimelineRow[] {
  const { timeline, status } = version;
  const moving = isMoving(status);
  const begin = Math.min(...timeline.map(({ started_at }) => Date.parse(started_at)));
  const end = Math.max(...timeline.map((timing) => endOf(timing, moving, now)));
  const whole = Math.max(end - begin, 1);
  return STEPS.map((step) => {
    const timing = timeline.findLast((entry) => entry.step === step);
    if (!timing) {
      return {
        step,
        state: moving ? "pending" : "skipped",
        start: 0,
        width: 0,
        startedAt: null,
        durationMs: null,
        error: null,
      };
    }
    const started = Date.parse(timing.started_at);
    const durationMs = Math.max(timing.duration_ms ?? endOf(timing, moving, now) - started, 0);
    return {
      step,
      state: stateOf(timing, version),
      start: (100 * (started - begin)) / whole,
      width: (100 * durationMs) / whole,
      startedAt: timing.started_at,
      durationMs,
      error: timing.error_message ?? null,
    };
  });
}

function endOf(timing: StepTiming, moving: boolean, now: number): number {
  if (timing.ended_at) return Date.parse(timing.ended_at);
  const started = Date.parse(timing.started_at);
  return moving ? Math.max(now, started) : started;
}

function stateOf(
  timing: StepTiming,
  { status, error, timeline }: Pick<Version, "timeline" | "status" | "error">,
): StepState {
  const isLast = timing === timeline.findLast((entry) => STEPS.some((step) => step === entry.step));
  if (timing.error_message || (status === "Failed" && error?.step === timing.step)) return "failed";
  if (!timing.ended_at && isMoving(status)) return "current";
  if (isLast && status === "Canceled") return "stopped";
  return "done";
}
