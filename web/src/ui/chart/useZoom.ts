import type { EChartsType } from "echarts/core";
import { type KeyboardEvent, type PointerEvent, type RefObject, useState } from "react";
import { keyZoom, type Range } from "./keyZoom";

const MIN_PIXELS = 6;

interface Selection {
  left: number;
  width: number;
  top: number;
}

/**
 * Zooming into a part of the x axis: by dragging over it and out again by a double click, or with the keys + and -,
 * the arrows and 0.
 */
export function useZoom(
  chart: RefObject<EChartsType | null>,
  onZoom: ((range: Range | null) => void) | undefined,
  extent: Range | null,
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
    const [grid] = (chart.current?.getOption().grid ?? []) as { top?: number }[];
    const top = grid?.top ?? 0;
    const move = (moved: globalThis.PointerEvent) => {
      to = Math.min(Math.max(moved.clientX - box.left, 0), box.width);
      setSelection({ left: Math.min(from, to), width: Math.abs(to - from), top });
    };
    const end = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
      setSelection(null);
      if (Math.abs(to - from) < MIN_PIXELS || !chart.current) return;
      const first = Math.floor(Number(chart.current.convertFromPixel({ xAxisIndex: 0 }, Math.min(from, to))));
      const last = Math.ceil(Number(chart.current.convertFromPixel({ xAxisIndex: 0 }, Math.max(from, to))));
      if (last > first) onZoom([Math.max(first, 0), last]);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (!extent || !chart.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = keyZoom(event.key, extent, shownRange(chart.current) ?? extent);
    if (next === undefined) return;
    event.preventDefault();
    onZoom(next);
  };
  return { selection, handlers: { onPointerDown, onDoubleClick: () => onZoom(null), onKeyDown, tabIndex: 0 } };
}

/** The part of the x axis that is zoomed to, if it is. */
function shownRange(chart: EChartsType): Range | null {
  const [zoom] = (chart.getOption().dataZoom ?? []) as { startValue?: number; endValue?: number }[];
  return zoom?.startValue === undefined || zoom.endValue === undefined ? null : [zoom.startValue, zoom.endValue];
}
