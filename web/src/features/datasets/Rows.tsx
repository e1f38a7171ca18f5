import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import { datasetRowsQuery, datasetVersionQuery, ROWS_PER_PAGE } from "@/api/datasets";
import { messageOf } from "@/api/errors";
import type { Column, DatasetVersion } from "@/api/types";
import { formatCount } from "@/lib/format";
import { useShow } from "@/ui/table/useShow";
import { readConditions, writeConditions } from "./conditions";
import { RowHead } from "./RowHead";
import classes from "./Rows.module.css";
import { RowTools } from "./RowTools";

const route = getRouteApi("/p/$project/datasets/$dataset/versions/$number");

const ROW_HEIGHT = 30;
const NUMBER_WIDTH = 72;
// Browsers cannot scroll over more than about 16 million pixels.
const MAX_ROWS = 500_000;
const WIDTHS: Record<Column["feature_type"], number> = {
  number: 132,
  binary: 110,
  category: 160,
  date: 190,
  text: 320,
};

export function Rows() {
  const { project, dataset, number } = route.useParams();
  const version = useQuery(datasetVersionQuery(project, dataset, number));
  return version.data ? <Grid version={version.data} /> : null;
}

/** The rows as a grid that is virtual both ways; pages are fetched as they come into view. */
function Grid({ version }: { version: DatasetVersion }) {
  const { project, dataset, number } = route.useParams();
  const { sort, order = "asc", find, where, pin } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const scroller = useRef<HTMLElement>(null);
  const [conditionColumn, setConditionColumn] = useState<string>();
  const [total, setTotal] = useState(version.row_count);
  const { columns } = version;
  const conditions = readConditions(where);
  const pinned = columns.findIndex(({ name }) => name === pin);
  const others = columns.flatMap((_, index) => (index === pinned ? [] : [index]));
  const widthOf = (index: number) => WIDTHS[columns[index]?.feature_type ?? "number"];
  const lead = NUMBER_WIDTH + (pinned >= 0 ? widthOf(pinned) : 0);

  const rows = useVirtualizer({
    count: Math.min(total, MAX_ROWS),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: others.length,
    getScrollElement: () => scroller.current,
    estimateSize: (place) => widthOf(others[place] as number),
    getItemKey: (place) => others[place] as number,
    overscan: 3,
    paddingStart: lead,
  });

  const down = rows.getVirtualItems();
  // The first page says how many rows there are, also when none is in view.
  const pages = [...new Set([0, ...down.map((item) => Math.floor(item.index / ROWS_PER_PAGE))])];
  const asks = {
    ...(sort ? { sort, order } : {}),
    ...(find ? { search: find } : {}),
    ...(conditions.length > 0 ? { where: conditions.map((condition) => JSON.stringify(condition)) } : {}),
  };
  const fetched = useQueries({
    queries: pages.map((page) => ({
      ...datasetRowsQuery(project, dataset, number, asks, page),
      placeholderData: keepPreviousData,
    })),
  });
  const byPage = new Map(pages.map((page, index) => [page, fetched[index]?.data?.rows]));
  const failed = fetched.find((page) => page.error);
  const counted = fetched.find((page) => page.data && !page.isPlaceholderData)?.data?.total;
  if (counted !== undefined && counted !== total) setTotal(counted);

  const visible = across.getVirtualItems().map(({ index, start, size }) => ({
    index: others[index] as number,
    className: classes.cell,
    style: { left: start, width: size },
  }));
  const shown =
    pinned >= 0
      ? [
          {
            index: pinned,
            className: `${classes.cell} ${classes.pinned}`,
            style: { left: NUMBER_WIDTH, width: widthOf(pinned) },
          },
          ...visible,
        ]
      : visible;
  const top = () => scroller.current?.scrollTo({ top: 0 });
  const change = (next: Parameters<typeof show>[0]) => {
    top();
    show(next);
  };
  return (
    <>
      <RowTools
        columns={columns}
        search={find}
        onSearch={(next) => change({ find: next })}
        conditions={conditions}
        onConditions={(next) => change({ where: writeConditions(next) })}
        conditionColumn={conditionColumn}
        onAsk={setConditionColumn}
        total={total}
        onJump={(row) => rows.scrollToIndex(Math.min(row, total) - 1, { align: "start" })}
        error={failed?.error ? messageOf(failed.error) : null}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable to be scrolled by keyboard. */}
      <section ref={scroller} className={classes.scroller} aria-label="Rows" tabIndex={0}>
        <div
          role="table"
          aria-label={`Rows of ${dataset} version ${number}`}
          aria-rowcount={total + 1}
          aria-colcount={columns.length + 1}
          className={classes.grid}
          style={{ width: across.getTotalSize(), height: rows.getTotalSize() + ROW_HEIGHT + 2 }}
        >
          <div role="rowgroup" className={classes.head}>
            <div role="row" aria-rowindex={1} className={classes.row}>
              <div role="columnheader" aria-colindex={1} className={classes.number}>
                #
              </div>
              {shown.map(({ index, className, style }) => {
                const column = columns[index] as Column;
                return (
                  <RowHead
                    key={column.name}
                    column={column}
                    index={index}
                    order={sort === column.name ? order : undefined}
                    onSort={(next) => change({ sort: next && column.name, order: next })}
                    onFilter={() => setConditionColumn(column.name)}
                    pinned={index === pinned}
                    onPin={() => show({ pin: index === pinned ? undefined : column.name })}
                    className={className}
                    style={style}
                  />
                );
              })}
            </div>
          </div>
          <div role="rowgroup">
            {down.map((item) => {
              const page = Math.floor(item.index / ROWS_PER_PAGE);
              const row = byPage.get(page)?.[item.index % ROWS_PER_PAGE];
              return (
                <div
                  key={item.key}
                  role="row"
                  aria-rowindex={item.index + 2}
                  className={classes.row}
                  style={{ position: "absolute", top: ROW_HEIGHT + 2 + item.start }}
                >
                  <div role="rowheader" aria-colindex={1} className={classes.number}>
                    {formatCount(item.index + 1)}
                  </div>
                  {shown.map(({ index, className, style }) => (
                    <div
                      key={index}
                      role="cell"
                      aria-colindex={index + 2}
                      className={className}
                      data-type={columns[index]?.feature_type}
                      style={style}
                    >
                      {row ? <Value value={row[index]} /> : <span className={classes.waiting} />}
                    </div>
                  ))}
                </div>
              );
            })}
          </div>
        </div>
        {total === 0 && !failed && <p className={classes.note}>No row matches.</p>}
        {total > MAX_ROWS && (
          <p className={classes.note}>
            These are the first {formatCount(MAX_ROWS)} of {formatCount(total)} rows. Filter them, or download the data
            to see all.
          </p>
        )}
      </section>
    </>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span className={classes.missing}>missing</span>;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return <span title={text.length > 16 ? text : undefined}>{text === "" ? <i>empty</i> : text}</span>;
}
