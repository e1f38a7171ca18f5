import { Switch, VisuallyHidden } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { Fragment, type ReactNode } from "react";
import { ScrollRegion } from "@/ui/ScrollRegion";
import classes from "./Compared.module.css";

export interface ComparedColumn {
  key: string | number;
  head: ReactNode;
}

export interface ComparedRow {
  key: string;
  title: ReactNode;
  /** What stands in a column, by its place. */
  cell: (column: number) => ReactNode;
  /** Whether the columns differ in it, so that it stands out. */
  differs?: boolean;
  /** Which cells have the best value. */
  best?: boolean[];
}

/** A cell of each of the compared things. */
export const cellOf =
  <Item,>(items: Item[], show: (item: Item) => ReactNode) =>
  (column: number): ReactNode =>
    column < items.length ? show(items[column] as Item) : null;

interface Props {
  label: string;
  /** The heading of the first column. */
  first?: string;
  columns: ComparedColumn[];
  /** Rows under their titles. */
  groups: { title?: string; rows: ComparedRow[] }[];
  /** Numbers stand under each other, at the right. */
  numbers?: boolean;
  /** Titles and values are code. */
  mono?: boolean;
  /** The first of the things stays in view when the table is scrolled sideways: the others are held against it. */
  pinned?: boolean;
}

/** Things side by side: a column for each, a row for each of what they have in common. */
export function ComparedTable({ label, first, columns, groups, numbers, mono, pinned }: Props) {
  return (
    <ScrollRegion className={classes.scroller} label={label}>
      <table className={classes.table} data-numbers={numbers || undefined} data-pinned={pinned || undefined}>
        <thead>
          <tr>
            {first ? <th scope="col">{first}</th> : <td />}
            {columns.map(({ key, head }) => (
              <th key={key} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ title, rows }) => (
            <Fragment key={title ?? ""}>
              {title && (
                <tr className={classes.group}>
                  <th scope="rowgroup" colSpan={columns.length + 1}>
                    {title}
                  </th>
                </tr>
              )}
              {rows.map((row) => (
                <Row key={row.key} row={row} columns={columns} mono={mono} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Row({ row, columns, mono }: { row: ComparedRow; columns: ComparedColumn[]; mono: boolean | undefined }) {
  const className = mono ? "mono" : undefined;
  return (
    <tr data-differs={row.differs || undefined}>
      <th scope="row" className={className}>
        {row.title}
      </th>
      {columns.map(({ key }, index) => (
        <td key={key} className={className} data-best={row.best?.[index] || undefined}>
          {row.best?.[index] ? <Best>{row.cell(index)}</Best> : row.cell(index)}
        </td>
      ))}
    </tr>
  );
}

function Best({ children }: { children: ReactNode }) {
  return (
    <span className={classes.value}>
      {children}
      <span className={classes.best}>
        <IconCheck size={13} aria-hidden />
        <VisuallyHidden>best</VisuallyHidden>
      </span>
    </span>
  );
}

interface OnlyDifferencesProps {
  rows: { differs: boolean }[];
  /** Whether all rows are shown. */
  all: boolean;
  onChange: (all: true | undefined) => void;
}

/** Leaves out the rows that are the same everywhere. */
export function OnlyDifferences({ rows, all, onChange }: OnlyDifferencesProps) {
  return (
    <Switch
      label={`Only differences (${rows.filter(({ differs }) => differs).length} of ${rows.length})`}
      checked={!all}
      onChange={(event) => onChange(!event.currentTarget.checked || undefined)}
    />
  );
}
