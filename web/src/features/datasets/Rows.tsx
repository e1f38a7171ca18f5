import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { datasetRowsQuery, datasetVersionQuery, ROWS_PER_PAGE } from "@/api/datasets";
import type { Column, DatasetVersion } from "@/api/types";
import { formatCount } from "@/lib/format";
import { FeatureType } from "@/ui/FeatureType";
import { ErrorState } from "@/ui/States";
import { useShow } from "@/ui/table/useShow";
import classes from "./Rows.module.css";

const route = getRouteApi("/p/$project/datasets/$dataset/versions/$number");

const ROW_HEIGHT = 30;
const NUMBER_WIDTH = 72;
// Browsers cannot scroll over more than about 16 million pixels.
const MOST_ROWS = 500_000;
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
  const { sort, order = "asc" } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const scroller = useRef<HTMLElement>(null);
  const { columns, row_count } = version;

  const rows = useVirtualizer({
    count: Math.min(row_count, MOST_ROWS),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => WIDTHS[columns[index]?.feature_type ?? "number"],
    overscan: 3,
    paddingStart: NUMBER_WIDTH,
  });

  const down = rows.getVirtualItems();
  const pages = [...new Set(down.map((item) => Math.floor(item.index / ROWS_PER_PAGE)))];
  const fetched = useQueries({
    queries: pages.map((page) => ({
      ...datasetRowsQuery(project, dataset, number, sort ? { sort, order } : {}, page),
      placeholderData: keepPreviousData,
    })),
  });
  const byPage = new Map(pages.map((page, index) => [page, fetched[index]?.data?.rows]));
  const failed = fetched.find((page) => page.error);
  if (failed) return <ErrorState error={failed.error} retry={failed.refetch} />;

  const visible = across.getVirtualItems();
  const sortBy = (name: string) => {
    const next = sort !== name ? "asc" : order === "asc" ? "desc" : undefined;
    show({ sort: next && name, order: next });
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable to be scrolled by keyboard.
    <section ref={scroller} className={classes.scroller} aria-label="Rows" tabIndex={0}>
      <div
        role="table"
        aria-label={`Rows of ${dataset} version ${number}`}
        aria-rowcount={row_count + 1}
        aria-colcount={columns.length + 1}
        className={classes.grid}
        style={{ width: across.getTotalSize(), height: rows.getTotalSize() + ROW_HEIGHT + 2 }}
      >
        <div role="rowgroup" className={classes.head}>
          <div role="row" aria-rowindex={1} className={classes.row}>
            <div role="columnheader" aria-colindex={1} className={classes.number}>
              #
            </div>
            {visible.map((item) => {
              const column = columns[item.index] as Column;
              const active = sort === column.name;
              return (
                <div
                  key={column.name}
                  role="columnheader"
                  aria-colindex={item.index + 2}
                  aria-sort={active ? (order === "asc" ? "ascending" : "descending") : undefined}
                  className={classes.cell}
                  style={{ left: item.start, width: item.size }}
                >
                  <UnstyledButton className={classes.sort} onClick={() => sortBy(column.name)} title={column.name}>
                    <FeatureType type={column.feature_type} iconOnly />
                    <span className="truncate">{column.name}</span>
                    {active && (order === "asc" ? <IconArrowUp size={13} /> : <IconArrowDown size={13} />)}
                  </UnstyledButton>
                </div>
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
                {visible.map((place) => (
                  <div
                    key={place.key}
                    role="cell"
                    aria-colindex={place.index + 2}
                    className={classes.cell}
                    data-type={columns[place.index]?.feature_type}
                    style={{ left: place.start, width: place.size }}
                  >
                    {row ? <Value value={row[place.index]} /> : <span className={classes.waiting} />}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {row_count > MOST_ROWS && (
        <p className={classes.note}>
          These are the first {formatCount(MOST_ROWS)} of {formatCount(row_count)} rows. Download the data to see all.
        </p>
      )}
    </section>
  );
}

function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span className={classes.missing}>missing</span>;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return <span title={text.length > 16 ? text : undefined}>{text === "" ? <i>empty</i> : text}</span>;
}
