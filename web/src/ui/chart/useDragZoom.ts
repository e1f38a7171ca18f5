import type { EChartsType } from "echarts/core";
import { type PointerEvent, type RefObject, useState } from "react";

const LEAST_PIXELS = 6;

interface Selection {
  left: number;
  width: number;
}

/** Zooming into a part of the x axis by dragging over it, and out again by a double click. */
export function useDragZoom(
  chart: RefObject<EChartsType | null>,
  onZoom: ((range: [number, number] | null) => void) | undefined,
) {
  const [selection, setSelection] = useState<Selection | null>(null);
  if (!onZoom) return { selection: null, handlers: {} };

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const from = event.clientX - box.left;
    const inside = chart.current?.containPixel("grid", [from, event.clientY - box.top]);
    // A finger that drags scrolls the page.
    if (!inside || event.button !== 0 || event.pointerType === "touch") return;
    let to = from;
    const move = (moved: globalThis.PointerEvent) => {
      to = Math.min(Math.max(moved.clientX - box.left, 0), box.width);
      setSelection({ left: Math.min(from, to), width: Math.abs(to - from) });
    };
    const end = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
      setSelection(null);
      if (Math.abs(to - from) < LEAST_PIXELS || !chart.current) return;
      const first = Math.floor(Number(chart.current.convertFromPixel({ xAxisIndex: 0 }, Math.min(from, to))));
      const last = Math.ceil(Number(chart.current.convertFromPixel({ xAxisIndex: 0 }, Math.max(from, to))));
      if (last > first) onZoom([Math.max(first, 0), last]);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  };
  return { selection, handlers: { onPointerDown, onDoubleClick: () => onZoom(null) } };
}
