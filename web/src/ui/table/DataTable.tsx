import { useMediaQuery } from "@mantine/hooks";
import { type RowSelectionState, rowSelectionFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { type MouseEvent, useCallback, useMemo, useRef } from "react";
import { ErrorState } from "../States";
import { ActionBar, Bar } from "./Bars";
import { Body, SkeletonRows } from "./Body";
import classes from "./DataTable.module.css";
import { HeaderRow } from "./HeaderRow";
import type { DataColumn, DataTableProps } from "./types";
import { useColumnsInView } from "./useColumnsInView";
import { useRowKeys } from "./useRowKeys";
import { useShownColumns } from "./useShownColumns";

const features = tableFeatures({ rowSelectionFeature });
const VIRTUAL_FROM = 40;

/**
 * The table of every list: sorted by the server, endless by page tokens, only what is seen of a long one is drawn, its columns
 * chosen and remembered, its rows selected and walked with j, k, x and Enter.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, rowId, selection, onOpen, sort, onSort, loading = false, fill = false } = props;
  const [visibility, setVisibility] = useShownColumns(props.id, columns);
  const scroller = useRef<HTMLElement>(null);

  const selected = useMemo(
    (): RowSelectionState => Object.fromEntries((selection?.ids ?? []).map((id) => [id, true as const])),
    [selection?.ids],
  );
  const definitions = useMemo(() => columns.map(({ id, header }) => ({ id, header })), [columns]);
  const table = useTable({
    features,
    columns: definitions,
    data: rows as object[],
    getRowId: (row) => rowId(row as Row),
    state: { rowSelection: selected },
    onRowSelectionChange: (update) => {
      const next = typeof update === "function" ? update(selected) : update;
      selection?.onChange(Object.keys(next));
    },
  });

  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const visible = useMemo(() => {
    const shown = columns.filter(({ id }) => visibility[id]);
    // On a narrow screen long texts would push away what the eye looks for.
    const isLong = (column: DataColumn<Row>) => narrow && column.grow && !column.fixed;
    return [...shown.filter((column) => !isLong(column)), ...shown.filter(isLong)];
  }, [columns, visibility, narrow]);
  const drawn = useColumnsInView(visible, scroller, selection !== undefined);
  const toggle = useCallback((index: number) => table.getRowModel().rows[index]?.toggleSelected(), [table]);
  const open = useCallback((index: number) => rows[index] && onOpen?.(rows[index]), [rows, onOpen]);
  const expand = props.onExpand && ((index: number, to: boolean) => rows[index] && props.onExpand?.(rows[index], to));
  const rowKeys = useRowKeys(scroller, rows.length, { open, toggle: selection ? toggle : undefined, expand });

  const onRowClick = (event: MouseEvent<HTMLTableRowElement>, index: number) => {
    const target = event.target as HTMLElement;
    if (target.closest("a, button, input, textarea, label, [data-own-click]") || getSelection()?.toString()) return;
    open(index);
  };

  const ids = selection?.ids;
  const picked = useMemo(
    () => (ids && ids.length > 0 ? rows.filter((row) => selected[rowId(row)]) : []),
    [ids, rows, selected, rowId],
  );
  const nothing = !loading && rows.length === 0;
  return (
    <div className={classes.frame} data-fill={fill || undefined}>
      {props.toolbar !== null && (
        <Bar
          count={
            loading || props.error
              ? undefined
              : (props.total ?? (props.hasMore || rows.length === 0 ? undefined : rows.length))
          }
          atLeast={props.atLeast}
          noun={props.noun}
          columns={columns}
          visibility={visibility}
          onVisibility={setVisibility}
          exported={nothing ? undefined : props.exported}
        >
          {props.toolbar}
        </Bar>
      )}
      {props.error && rows.length === 0 ? (
        <ErrorState error={props.error} retry={props.onRetry} />
      ) : nothing ? (
        props.empty
      ) : (
        <section
          ref={scroller}
          className={classes.scroller}
          style={{ scrollPaddingLeft: drawn.lead }}
          aria-label={props.label}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable to be scrolled by keyboard.
          tabIndex={0}
          onKeyDown={rowKeys}
        >
          <table
            className={classes.table}
            style={{ width: drawn.width }}
            data-fixed={drawn.width !== undefined || undefined}
            aria-rowcount={props.total ?? undefined}
            aria-colcount={drawn.count}
            aria-busy={loading}
          >
            <caption className={classes.caption}>{props.label}</caption>
            <HeaderRow
              columns={drawn.columns}
              sort={sort}
              onSort={onSort}
              selection={
                selection && {
                  all: picked.length > 0 && picked.length === rows.length,
                  some: picked.length > 0,
                  toggle: (to) => table.toggleAllRowsSelected(to),
                }
              }
            />
            {loading ? (
              <SkeletonRows columns={drawn.columns} selectable={Boolean(selection)} />
            ) : (
              <Body
                rows={rows}
                rowId={rowId}
                rowLabel={props.rowLabel ?? rowId}
                columns={drawn.columns}
                selected={selection ? selected : null}
                onToggle={toggle}
                onClick={onOpen ? onRowClick : undefined}
                scroller={scroller}
                virtual={rows.length > VIRTUAL_FROM}
                hasMore={props.hasMore ?? false}
                loadingMore={props.loadingMore ?? false}
                onLoadMore={props.onLoadMore}
              />
            )}
          </table>
        </section>
      )}
      {selection && picked.length > 0 && (
        <ActionBar count={picked.length} onClear={() => selection.onChange([])}>
          {selection.actions(picked)}
        </ActionBar>
      )}
    </div>
  );
}
