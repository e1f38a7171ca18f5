import { Skeleton } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, memo, type RefObject, useEffect, useRef } from "react";
import classes from "./DataTable.module.css";
import type { PlacedColumn } from "./useColumnsInView";

const ROW_HEIGHT = 38;

interface Props<Row> {
  rows: Row[];
  rowId: (row: Row) => string;
  rowLabel: (row: Row) => string;
  columns: PlacedColumn<Row>[];
  selected: Record<string, true> | null;
  onToggle: (index: number) => void;
  onClick?: (event: MouseEvent<HTMLTableRowElement>, index: number) => void;
  scroller: RefObject<HTMLElement | null>;
  virtual: boolean;
  hasMore: boolean;
  loadingMore: boolean;
  onLoadMore?: () => void;
}

export function Body<Row>(props: Props<Row>) {
  const { rows, columns, selected, scroller, virtual, hasMore, loadingMore, onLoadMore } = props;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    // Rows are drawn at once, not after the box around them was measured.
    initialRect: { width: 0, height: window.innerHeight },
    enabled: virtual,
  });
  const span = columns.length + (selected ? 1 : 0);
  const items = virtual ? virtualizer.getVirtualItems() : null;
  const before = items?.[0]?.start ?? 0;
  const after = items ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const indexes = items ? items.map((item) => item.index) : rows.keys();
  return (
    <tbody>
      {before > 0 && <Spacer height={before} span={span} />}
      {Array.from(indexes, (index) => {
        const row = rows[index] as Row;
        const id = props.rowId(row);
        return (
          <BodyRow
            key={id}
            index={index}
            row={row}
            label={props.rowLabel(row)}
            columns={columns}
            checked={selected ? (selected[id] ?? false) : null}
            onToggle={props.onToggle}
            onClick={props.onClick}
          />
        );
      })}
      {after > 0 && <Spacer height={after} span={span} />}
      {hasMore && (
        <More span={span} loading={loadingMore} onLoadMore={onLoadMore} scroller={scroller} count={rows.length} />
      )}
    </tbody>
  );
}

interface RowProps<Row> {
  index: number;
  row: Row;
  label: string;
  columns: PlacedColumn<Row>[];
  checked: boolean | null;
  onToggle: (index: number) => void;
  onClick?: (event: MouseEvent<HTMLTableRowElement>, index: number) => void;
}

const BodyRow = memo(function BodyRow<Row>({ index, row, label, columns, checked, onToggle, onClick }: RowProps<Row>) {
  return (
    <tr
      data-index={index}
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={checked ?? undefined}
      data-opens={onClick ? true : undefined}
      onClick={onClick && ((event) => onClick(event, index))}
    >
      {checked !== null && (
        <td className={classes.check} aria-colindex={1}>
          <input
            type="checkbox"
            className={classes.box}
            aria-label={`Select ${label}`}
            checked={checked}
            onChange={() => onToggle(index)}
          />
        </td>
      )}
      {columns.map((column) => (
        <Cell key={column.id} column={column} row={row} />
      ))}
    </tr>
  );
}) as <Row>(props: RowProps<Row>) => React.ReactNode;

/** Remembered, so that of a row only the cells are drawn that have come into view. */
const Cell = memo(function Cell<Row>({ column, row }: { column: PlacedColumn<Row>; row: Row }) {
  return (
    <td
      aria-colindex={column.place}
      aria-hidden={column.place === undefined || undefined}
      data-align={column.align}
      data-grow={column.grow || undefined}
      data-pinned={column.pinned || undefined}
    >
      {column.cell(row)}
    </td>
  );
}) as <Row>(props: { column: PlacedColumn<Row>; row: Row }) => React.ReactNode;

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden className={classes.spacer}>
      <td colSpan={span} style={{ height }} />
    </tr>
  );
}

interface MoreProps {
  span: number;
  loading: boolean;
  count: number;
  onLoadMore?: () => void;
  scroller: RefObject<HTMLElement | null>;
}

/** Asks for the next page when it comes near. */
function More({ span, loading, count, onLoadMore, scroller }: MoreProps) {
  const mark = useRef<HTMLTableRowElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after a page has arrived the mark may still be in view.
  useEffect(() => {
    if (!mark.current || loading) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && onLoadMore?.(),
      {
        root: scroller.current,
        rootMargin: "600px",
      },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [loading, count, onLoadMore, scroller]);
  return (
    <tr ref={mark} className={classes.spacer}>
      <td colSpan={span}>
        <span className={classes.more}>{loading ? "Loading more…" : ""}</span>
      </td>
    </tr>
  );
}

const SKELETON_ROWS = Array.from({ length: 10 }, (_, index) => index);
const SKELETON_WIDTHS = ["70%", "45%", "60%", "35%", "55%"];

export function SkeletonRows<Row>({ columns, selectable }: { columns: PlacedColumn<Row>[]; selectable: boolean }) {
  return (
    <tbody aria-hidden>
      {SKELETON_ROWS.map((row) => (
        <tr key={row}>
          {selectable && <td className={classes.check} />}
          {columns.map((column, index) => (
            <td key={column.id}>
              <Skeleton height={10} width={SKELETON_WIDTHS[(row + index) % SKELETON_WIDTHS.length]} radius="sm" />
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}
