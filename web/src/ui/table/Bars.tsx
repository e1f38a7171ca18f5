import { CloseButton } from "@mantine/core";
import type { ReactNode } from "react";
import { formatCount, plural } from "@/lib/format";
import classes from "./Bars.module.css";
import { ColumnChooser } from "./ColumnChooser";
import { ExportMenu } from "./ExportMenu";
import type { DataColumn, Exported } from "./types";

interface BarProps<Row> {
  count?: number;
  /** There may be more than are counted. */
  atLeast?: boolean;
  noun?: string;
  columns: DataColumn<Row>[];
  visibility: Record<string, boolean>;
  onVisibility: (visibility: Record<string, boolean>) => void;
  exported?: Exported;
  children: ReactNode;
}

/** Above a table: its filters, the count, the column chooser and the files it can be had as. */
export function Bar<Row>(props: BarProps<Row>) {
  const { count, atLeast = false, noun, columns, visibility, onVisibility, exported, children } = props;
  const choosable = columns.filter((column) => !column.fixed);
  return (
    <div className={classes.bar}>
      <div className={classes.filters}>{children}</div>
      {noun && count !== undefined && (
        <span className={classes.count}>{atLeast ? `${formatCount(count)}+ ${noun}s` : plural(count, noun)}</span>
      )}
      {choosable.length > 0 && (
        <ColumnChooser columns={choosable} visibility={visibility} onVisibility={onVisibility} />
      )}
      {exported && <ExportMenu columns={columns.filter(({ id }) => visibility[id])} exported={exported} />}
    </div>
  );
}

/** Below a table while rows are selected: what can be done with them. */
export function ActionBar({ count, onClear, children }: { count: number; onClear: () => void; children: ReactNode }) {
  return (
    <div className={classes.actions} role="toolbar" aria-label="Selected rows">
      <span className={classes.selected}>{formatCount(count)} selected</span>
      {children}
      <CloseButton size="sm" aria-label="Clear selection" onClick={onClear} />
    </div>
  );
}
