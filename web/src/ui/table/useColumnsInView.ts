import { type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useMemo } from "react";
import type { DataColumn } from "./types";

/** Fewer are soon drawn, and the browser's own search finds what is in them. */
const IN_VIEW_FROM = 30;
/** They come and go by so many, since each time the browser lays out the whole table. */
const AT_ONCE = 6;
const CHECK_WIDTH = 44;

/** A column that is drawn; without a place it stands for all those beside the view. */
export interface PlacedColumn<Row> extends DataColumn<Row> {
  /** Counted from 1, over all columns. */
  place?: number;
}

export interface ColumnsInView<Row> {
  columns: PlacedColumn<Row>[];
  /** How many there are, drawn or not. */
  count: number;
  /** Pixels of all columns, where each has a width; else each is as wide as what is in it. */
  width?: number;
  /** Pixels of those that stay in view. */
  lead: number;
}

/** Which columns of a table are drawn: all, but of many with known widths only those in view. */
export function useColumnsInView<Row>(
  columns: DataColumn<Row>[],
  scroller: RefObject<HTMLElement | null>,
  selectable: boolean,
): ColumnsInView<Row> {
  const fixed = columns.length > 0 && columns.every(({ width }) => width);
  const first = selectable ? 2 : 1;
  const leading = columns[0]?.pinned ? 1 : 0;
  const lead = (selectable ? CHECK_WIDTH : 0) + (leading ? (columns[0]?.width ?? 0) : 0);
  const inView = fixed && columns.length > IN_VIEW_FROM;
  // Its identity says that other columns were chosen.
  const keyOf = useCallback((index: number) => columns[index + leading]?.id ?? index, [columns, leading]);
  const virtualizer = useVirtualizer({
    horizontal: true,
    count: columns.length - leading,
    getScrollElement: () => scroller.current,
    getItemKey: keyOf,
    estimateSize: (index) => columns[index + leading]?.width ?? 0,
    paddingStart: lead,
    overscan: 3,
    rangeExtractor: inBlocks,
    initialRect: { width: window.innerWidth, height: 0 },
    enabled: inView,
  });
  const items = inView ? virtualizer.getVirtualItems() : [];
  const from = items[0]?.index ?? 0;
  const to = (items.at(-1)?.index ?? -1) + 1;
  const placed = useMemo(
    (): PlacedColumn<Row>[] =>
      columns.map((column, index) => {
        // Room that is left is for what names the row, not a little for each.
        const width = fixed && index < leading ? undefined : column.width;
        return { ...column, width, place: index + first };
      }),
    [columns, first, fixed, leading],
  );
  return useMemo(() => {
    const rest = placed.slice(leading);
    const count = placed.length + first - 1;
    const width = fixed ? lead + widthOf(rest) : undefined;
    if (!inView) return { columns: placed, count, width, lead };
    const before = gap<Row>("before", widthOf(rest.slice(0, from)));
    const after = gap<Row>("after", widthOf(rest.slice(to)));
    return { columns: [...placed.slice(0, leading), ...before, ...rest.slice(from, to), ...after], count, width, lead };
  }, [placed, fixed, inView, leading, lead, first, from, to]);
}

function inBlocks({ startIndex, endIndex, overscan, count }: Range): number[] {
  const from = Math.max(0, Math.floor((startIndex - overscan) / AT_ONCE) * AT_ONCE);
  const to = Math.min(count, Math.ceil((endIndex + 1 + overscan) / AT_ONCE) * AT_ONCE);
  return Array.from({ length: to - from }, (_, index) => from + index);
}

const widthOf = <Row>(columns: DataColumn<Row>[]) => columns.reduce((sum, { width = 0 }) => sum + width, 0);

const gap = <Row>(id: string, width: number): PlacedColumn<Row>[] =>
  width > 0 ? [{ id, header: "", width, cell: () => null }] : [];
