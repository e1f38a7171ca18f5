import type { ReactNode } from "react";
import { Time } from "@/ui/Time";
import type { DataColumn } from "./types";

/** Columns that many tables have; `more` says what differs. What a column may be sorted by stays known to the compiler. */
type More<Row, Sort> = Partial<Omit<DataColumn<Row>, "sort">> & { sort?: Sort };
type Column<Row, Sort> = DataColumn<Row> & { sort?: Sort };

const TIME_WIDTH = 120;

/** Names the row and leads to it. */
export const nameColumn = <Row,>(cell: (row: Row) => ReactNode, more: More<Row, "name"> = {}): Column<Row, "name"> => ({
  id: "name",
  header: "Name",
  sort: "name",
  sortFirst: "asc",
  fixed: true,
  cell,
  ...more,
});

export const createdColumn = <Row extends { created_at: string }, Sort extends string>(
  more: More<Row, Sort> = {},
): Column<Row, Sort> => ({
  id: "created",
  header: "Created",
  width: TIME_WIDTH,
  cell: ({ created_at }) => <Time at={created_at} />,
  ...more,
});

export const createdByColumn = <Row extends { created_by: string }, Sort extends string>(
  more: More<Row, Sort> = {},
): Column<Row, Sort> => ({
  id: "by",
  header: "Created by",
  cell: ({ created_by }) => created_by,
  ...more,
});

export const updatedColumn = <Row extends { updated_at: string }, Sort extends string>(
  more: More<Row, Sort> = {},
): Column<Row, Sort> => ({
  id: "updated",
  header: "Last modified",
  width: TIME_WIDTH,
  cell: ({ updated_at }) => <Time at={updated_at} />,
  ...more,
});
