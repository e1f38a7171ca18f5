import { ActionIcon, Checkbox, CloseButton, Popover, Stack, Tooltip } from "@mantine/core";
import { IconColumns3 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { plural } from "@/lib/format";
import classes from "./Bars.module.css";
import type { DataColumn } from "./types";

interface BarProps<Row> {
  count?: number;
  noun?: string;
  columns: DataColumn<Row>[];
  visibility: Record<string, boolean>;
  onVisibility: (visibility: Record<string, boolean>) => void;
  children: ReactNode;
}

/** Above a table: its filters, the count and the column chooser. */
export function Bar<Row>({ count, noun, columns, visibility, onVisibility, children }: BarProps<Row>) {
  const choosable = columns.filter((column) => !column.fixed);
  return (
    <div className={classes.bar}>
      <div className={classes.filters}>{children}</div>
      {noun && count !== undefined && <span className={classes.count}>{plural(count, noun)}</span>}
      {choosable.length > 0 && (
        <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
          <Popover.Target>
            <Tooltip label="Columns">
              <ActionIcon aria-label="Choose columns" variant="default">
                <IconColumns3 size={16} />
              </ActionIcon>
            </Tooltip>
          </Popover.Target>
          <Popover.Dropdown p="sm" aria-label="Columns">
            <Stack gap={8}>
              {choosable.map(({ id, header }) => (
                <Checkbox
                  key={id}
                  label={header}
                  checked={visibility[id] ?? true}
                  onChange={(event) => onVisibility({ ...visibility, [id]: event.currentTarget.checked })}
                />
              ))}
            </Stack>
          </Popover.Dropdown>
        </Popover>
      )}
    </div>
  );
}

/** Below a table while rows are selected: what can be done with them. */
export function ActionBar({ count, onClear, children }: { count: number; onClear: () => void; children: ReactNode }) {
  return (
    <div className={classes.actions} role="toolbar" aria-label="Selected rows">
      <span className={classes.selected}>{count} selected</span>
      {children}
      <CloseButton size="sm" aria-label="Clear selection" onClick={onClear} />
    </div>
  );
}
