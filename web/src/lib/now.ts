import { useSyncExternalStore } from "react";

/** One clock for all moving times of the page: a single timer per interval, running only while somebody listens. */
class Clock {
  private listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private now = Date.now();

  constructor(private readonly interval: number) {}

  subscribe = (listener: () => void) => {
    if (this.listeners.size === 0) {
      this.now = Date.now();
      this.timer = setInterval(this.tick, this.interval);
    }
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) clearInterval(this.timer);
    };
  };

  read = () => this.now;

  private tick = () => {
    this.now = Date.now();
    for (const listener of this.listeners) listener();
  };
}

const clocks = { second: new Clock(1_000), minute: new Clock(30_000) };

export function useNow(every: "second" | "minute"): number {
  const clock = clocks[every];
  return useSyncExternalStore(clock.subscribe, clock.read);
}
