import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, useEffect, useId, useMemo, useRef } from "react";
import type { Span } from "@/api/types";
import { formatNanoseconds } from "@/lib/format";
import { SpanRowView } from "./SpanRowView";
import classes from "./SpanTree.module.css";
import { rowsOf, type SpanRow, totalOf } from "./tree";

interface Props {
  spans: Span[];
  /** The id of the span that is shown beside the tree. */
  chosen: string | undefined;
  onChoose: (id: string) => void;
  closed: string[];
  onClose: (closed: string[]) => void;
}

const ROW = 32;
const NARROW_ROW = 48;
const TICKS = [0, 0.5, 1];

/** The spans of a trace as they are nested, each with when it began and how long it took. */
export function SpanTree({ spans, chosen, onChoose, closed, onClose }: Props) {
  const rows = useMemo(() => rowsOf(spans, new Set(closed)), [spans, closed]);
  const total = useMemo(() => totalOf(spans), [spans]);
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const height = narrow ? NARROW_ROW : ROW;
  const scroller = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    // Rows are drawn at once, not after the box around them was measured.
    initialRect: { width: 0, height: window.innerHeight },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows have another height after the window was resized.
  useEffect(() => virtualizer.measure(), [height]);
  const at = rows.findIndex(({ span }) => span.id === chosen);
  // Wherever it was chosen: here, by the address, or by a link elsewhere on the page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that come and go leave the place as it is.
  useEffect(() => {
    if (at >= 0) virtualizer.scrollToIndex(at);
  }, [chosen]);
  const items = virtualizer.getVirtualItems();
  const isDrawn = items.some(({ index }) => index === at);

  const choose = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (row) onChoose(row.span.id);
  };
  const toggle = ({ span }: SpanRow) =>
    onClose(closed.includes(span.id) ? closed.filter((id) => id !== span.id) : [...closed, span.id]);

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at];
    const isOpen = row !== undefined && row.children > 0 && !closed.includes(row.span.id);
    const isClosed = row !== undefined && row.children > 0 && !isOpen;
    if (event.key === "ArrowDown" || event.key === "j") choose(at + 1);
    else if (event.key === "ArrowUp" || event.key === "k") choose(at - 1);
    else if (event.key === "Home") choose(0);
    else if (event.key === "End") choose(rows.length - 1);
    else if (event.key === "ArrowRight" && isOpen) choose(at + 1);
    else if (event.key === "ArrowLeft" && row && !isOpen) choose(parentAt(rows, at));
    else if (row && ((event.key === "ArrowRight" && isClosed) || (event.key === "ArrowLeft" && isOpen))) toggle(row);
    else if ((event.key === "Enter" || event.key === " ") && row && row.children > 0) toggle(row);
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const row = rows[Number(target.closest<HTMLElement>("[data-index]")?.dataset.index)];
    if (!row) return;
    if (target.closest("[data-toggle]")) toggle(row);
    else onChoose(row.span.id);
  };

  return (
    <div className={classes.frame}>
      <div className={classes.axis} aria-hidden>
        <span className={classes.ticks}>
          {TICKS.map((tick) => (
            <span key={tick} style={{ left: `${tick * 100}%` }}>
              {tick === 0 ? "0" : formatNanoseconds(total * tick)}
            </span>
          ))}
        </span>
      </div>
      <div
        ref={scroller}
        role="tree"
        aria-label="Spans"
        aria-activedescendant={isDrawn ? `${prefix}${at}` : undefined}
        tabIndex={0}
        className={classes.tree}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div role="none" className={classes.rows} style={{ height: virtualizer.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            return (
              row && (
                <SpanRowView
                  key={row.span.id}
                  id={`${prefix}${index}`}
                  index={index}
                  row={row}
                  total={total}
                  chosen={index === at}
                  open={!closed.includes(row.span.id)}
                  style={{ top: start, height }}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Where the parent of a row is; the row itself where it has none. */
function parentAt(rows: SpanRow[], at: number): number {
  const level = rows[at]?.level ?? 1;
  for (let index = at - 1; index >= 0; index--) if ((rows[index]?.level ?? 1) < level) return index;
  return at;
}
