import { ActionIcon, Menu, UnstyledButton } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconDotsVertical,
  IconFilter,
  IconPin,
  IconPinnedOff,
  IconX,
} from "@tabler/icons-react";
import type { CSSProperties } from "react";
import type { Column } from "@/api/types";
import { FeatureType } from "@/ui/FeatureType";
import classes from "./Rows.module.css";

interface Props {
  column: Column;
  index: number;
  /** How the rows are sorted by it, if they are. */
  order: "asc" | "desc" | undefined;
  onSort: (order: "asc" | "desc" | undefined) => void;
  onFilter: () => void;
  pinned: boolean;
  onPin: () => void;
  className: string | undefined;
  style: CSSProperties;
}

const NEXT = { none: "asc", asc: "desc", desc: undefined } as const;

/** The head of a column: a click sorts by it, its menu does the rest. */
export function RowHead({ column, index, order, onSort, onFilter, pinned, onPin, className, style }: Props) {
  const { name, feature_type } = column;
  return (
    <div
      role="columnheader"
      aria-colindex={index + 2}
      aria-sort={order && (order === "asc" ? "ascending" : "descending")}
      className={className}
      style={style}
    >
      <span className={classes.headCell}>
        <UnstyledButton className={classes.sort} onClick={() => onSort(NEXT[order ?? "none"])} title={name}>
          <FeatureType type={feature_type} iconOnly />
          <span className="truncate">{name}</span>
          {order && (order === "asc" ? <IconArrowUp size={13} /> : <IconArrowDown size={13} />)}
        </UnstyledButton>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon size={20} className={classes.more} aria-label={`Column ${name}: sort, filter, pin`}>
              <IconDotsVertical size={13} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconArrowUp size={14} />} onClick={() => onSort("asc")}>
              Sort ascending
            </Menu.Item>
            <Menu.Item leftSection={<IconArrowDown size={14} />} onClick={() => onSort("desc")}>
              Sort descending
            </Menu.Item>
            {order && (
              <Menu.Item leftSection={<IconX size={14} />} onClick={() => onSort(undefined)}>
                Do not sort
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconFilter size={14} />} onClick={onFilter}>
              Filter by it
            </Menu.Item>
            <Menu.Item leftSection={pinned ? <IconPinnedOff size={14} /> : <IconPin size={14} />} onClick={onPin}>
              {pinned ? "Unpin" : "Pin to the left"}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
    </div>
  );
}
