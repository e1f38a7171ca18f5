import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import classes from "./DataTable.module.css";
import type { Sort } from "./types";
import type { PlacedColumn } from "./useColumnsInView";

interface SelectAll {
  all: boolean;
  some: boolean;
  toggle: (to: boolean) => void;
}

interface Props<Row> {
  columns: PlacedColumn<Row>[];
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  selection?: SelectAll;
}

export function HeaderRow<Row>({ columns, sort, onSort, selection }: Props<Row>) {
  return (
    <thead className={classes.head}>
      <tr>
        {selection && (
          <th className={classes.check} scope="col" aria-colindex={1}>
            <input
              type="checkbox"
              className={classes.box}
              aria-label="Select all rows"
              checked={selection.all}
              ref={(box) => {
                if (box) box.indeterminate = selection.some && !selection.all;
              }}
              onChange={(event) => selection.toggle(event.currentTarget.checked)}
            />
          </th>
        )}
        {columns.map((column) =>
          column.place === undefined ? (
            <td key={column.id} aria-hidden style={{ width: column.width }} />
          ) : (
            <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
          ),
        )}
      </tr>
    </thead>
  );
}

function HeaderCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: PlacedColumn<Row>;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
}) {
  const { header, sort: key, align, width, grow } = column;
  const active = key !== undefined && sort?.by === key;
  const ascending = active && sort.order === "asc";
  return (
    <th
      scope="col"
      aria-colindex={column.place}
      data-align={align}
      data-grow={grow || undefined}
      data-pinned={column.pinned || undefined}
      style={width ? { width, minWidth: width } : undefined}
      aria-sort={active ? (ascending ? "ascending" : "descending") : undefined}
    >
      {key && onSort ? (
        <UnstyledButton
          className={classes.sort}
          data-active={active || undefined}
          onClick={() =>
            onSort({ by: key, order: active ? (ascending ? "desc" : "asc") : (column.sortFirst ?? "desc") })
          }
        >
          <span className={classes.label} title={header}>
            {header}
          </span>
          <span className={classes.arrow} aria-hidden>
            {ascending ? <IconArrowUp size={13} /> : <IconArrowDown size={13} />}
          </span>
        </UnstyledButton>
      ) : column.quietHeader ? (
        <VisuallyHidden>{header}</VisuallyHidden>
      ) : (
        <span className={classes.plain} title={header}>
          {header}
        </span>
      )}
    </th>
  );
}
