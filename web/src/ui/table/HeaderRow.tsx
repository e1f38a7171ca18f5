import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import classes from "./DataTable.module.css";
import type { DataColumn, Sort } from "./types";

interface SelectAll {
  getIsAllRowsSelected: () => boolean;
  getIsSomeRowsSelected: () => boolean;
  toggleAllRowsSelected: (value?: boolean) => void;
}

interface Props<Row> {
  columns: DataColumn<Row>[];
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  table: SelectAll | null;
}

export function HeaderRow<Row>({ columns, sort, onSort, table }: Props<Row>) {
  return (
    <thead className={classes.head}>
      <tr>
        {table && (
          <th className={classes.check} scope="col">
            <input
              type="checkbox"
              className={classes.box}
              aria-label="Select all rows"
              checked={table.getIsAllRowsSelected()}
              ref={(box) => {
                if (box) box.indeterminate = table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected();
              }}
              onChange={(event) => table.toggleAllRowsSelected(event.currentTarget.checked)}
            />
          </th>
        )}
        {columns.map((column) => (
          <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
      </tr>
    </thead>
  );
}

function HeaderCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: DataColumn<Row>;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
}) {
  const { header, sort: key, align, width, grow } = column;
  const active = key !== undefined && sort?.by === key;
  const ascending = active && sort.order === "asc";
  return (
    <th
      scope="col"
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
          {header}
          <span className={classes.arrow} aria-hidden>
            {ascending ? <IconArrowUp size={13} /> : <IconArrowDown size={13} />}
          </span>
        </UnstyledButton>
      ) : column.quietHeader ? (
        <VisuallyHidden>{header}</VisuallyHidden>
      ) : (
        <span className={classes.plain}>{header}</span>
      )}
    </th>
  );
}
