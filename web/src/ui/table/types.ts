import type { ReactNode } from "react";
import type { ExportedList } from "@/api/exports";

export interface DataColumn<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The header is only for assistive technology: what is in the column needs no name to be understood. */
  quietHeader?: boolean;
  /** The server's name for sorting by this column; without it the column cannot be sorted. */
  sort?: string;
  /** The order of the first click: `asc` for text, `desc` (when absent) for numbers and times. */
  sortFirst?: "asc" | "desc";
  align?: "left" | "right";
  /** Width in pixels; without it the column takes what its content needs. */
  width?: number;
  /** Takes the room that is left and cuts its text short. */
  grow?: boolean;
  /** Always shown: what names the row. */
  fixed?: boolean;
  /** Not shown until chosen. */
  hidden?: boolean;
  /** Stays in view when the table is scrolled sideways; only the first column can. */
  pinned?: boolean;
  /** The heading in the column chooser that it stands under. */
  group?: string;
}

/** The list behind a table, which the server answers as a file too. */
export interface Exported extends ExportedList {
  project: string;
  /** What the server calls the columns, by their ids; one with a point in its id is called so there, others are left out. */
  fields: Record<string, string | string[]>;
}

export interface Sort {
  by: string;
  order: "asc" | "desc";
}

export interface Selection<Row> {
  ids: string[];
  onChange: (ids: string[]) => void;
  /** Buttons for the selected rows. */
  actions: (rows: Row[]) => ReactNode;
}

export interface DataTableProps<Row> {
  /** Remembers the chosen columns of this kind of table. */
  id: string;
  label: string;
  columns: DataColumn<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  /** What a row is called for assistive technology, e.g. in its checkbox. */
  rowLabel?: (row: Row) => string;
  loading?: boolean;
  error?: unknown;
  onRetry?: () => void;
  empty: ReactNode;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  selection?: Selection<Row>;
  onOpen?: (row: Row) => void;
  /** Shows or hides what is nested in a row. */
  onExpand?: (row: Row, open: boolean) => void;
  hasMore?: boolean;
  loadingMore?: boolean;
  onLoadMore?: () => void;
  total?: number | null;
  /** The total is a lower bound. */
  atLeast?: boolean;
  /** One of them, for the count, e.g. `dataset`. */
  noun?: string;
  /** Filters, left of the count and the column chooser; `null` leaves the whole bar out. */
  toolbar?: ReactNode;
  /** Lets its rows be downloaded; only where there is a bar. */
  exported?: Exported;
  /** Fills the height of its page; otherwise as high as its rows. */
  fill?: boolean;
}
