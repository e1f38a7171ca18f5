import { useSearch } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import { useStored } from "@/lib/stored";
import { useShow } from "../table/useShow";
import type { curveSearch } from "./curveSearch";

export type Zoom = [from: number, to: number] | null;

export interface CurveSettings {
  smoothing: number;
  log: boolean;
  zoom: Zoom;
  /** While the slider is dragged: drawn, but not yet in the address. */
  dragSmoothing: (smoothing: number) => void;
  setSmoothing: (smoothing: number) => void;
  setLog: (log: boolean) => void;
  setZoom: (zoom: Zoom) => void;
}

/**
 * How curves are looked at: as the address says, else as this browser did last, and then the address is made to say
 * so, to show a colleague the same picture.
 */
export function useCurveSettings(): CurveSettings {
  const { smooth, scale, zoom = null } = useSearch({ strict: false }) as ReturnType<typeof curveSearch>;
  const show = useShow<ReturnType<typeof curveSearch>>();
  const [kept, setKept] = useStored("curves", { smoothing: 0, log: false });
  const [dragged, setDragged] = useState<number | null>(null);
  const smoothing = dragged ?? smooth ?? kept.smoothing;
  const log = scale ? scale === "log" : kept.log;

  const tell = useEffectEvent(() => {
    const silent = smooth === undefined && scale === undefined;
    if (silent && (smoothing > 0 || log)) show({ smooth: smoothing || undefined, scale: log ? "log" : undefined });
  });
  useEffect(() => tell(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once the address says it, it is no longer dragged.
  useEffect(() => setDragged(null), [smooth]);

  return {
    smoothing,
    log,
    zoom,
    dragSmoothing: setDragged,
    setSmoothing: (next) => {
      setDragged(next);
      setKept({ smoothing: next, log });
      show({ smooth: next || undefined });
    },
    setLog: (next) => {
      setKept({ smoothing, log: next });
      show({ scale: next ? "log" : undefined });
    },
    setZoom: (next) => show({ zoom: next ?? undefined }),
  };
}
