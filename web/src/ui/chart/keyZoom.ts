export type Range = [from: number, to: number];

/**
 * Where a key leads from the shown part of an axis: + and - halve and double it around its middle, the arrows move it
 * by a quarter, 0 shows all, which is null. Undefined for any other key, and where there is nothing finer to show.
 */
export function keyZoom(key: string, [first, last]: Range, [from, to]: Range): Range | null | undefined {
  const span = to - from;
  const middle = (from + to) / 2;
  const shown = (start: number, width: number): Range | null => {
    if (width >= last - first) return null;
    const begin = Math.round(Math.min(Math.max(start, first), last - width));
    return [begin, Math.round(begin + width)];
  };
  if (key === "0") return null;
  if (key === "+" || key === "=") return span < 2 ? undefined : shown(middle - span / 4, span / 2);
  if (key === "-") return shown(middle - span, span * 2);
  const zoomed = span < last - first;
  if (key === "ArrowLeft" && zoomed) return shown(from - Math.max(span / 4, 1), span);
  if (key === "ArrowRight" && zoomed) return shown(from + Math.max(span / 4, 1), span);
  return undefined;
}
