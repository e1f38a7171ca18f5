import { IconAlertTriangle, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import type { CSSProperties } from "react";
import classes from "./SpanTree.module.css";
import { durationText, iconOf, typeTitle } from "./spans";
import type { SpanRow } from "./tree";

const INDENT = 12;
const DEEPEST = 10;

interface Props {
  id: string;
  index: number;
  row: SpanRow;
  /** How long the whole trace took. */
  total: number;
  chosen: boolean;
  open: boolean;
  style: CSSProperties;
}

/** A span in the tree: its name, and its time as a bar under the axis. Clicks and keys are the tree's. */
export function SpanRowView({ id, index, row, total, chosen, open, style }: Props) {
  const { span, level, place, siblings, children } = row;
  const Icon = iconOf(span.type);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const failed = span.status === "Error";
  const duration = durationText(span);
  const left = (span.offset_ns / total) * 100;
  const width = ((span.duration_ns ?? total - span.offset_ns) / total) * 100;
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      data-index={index}
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-selected={chosen}
      aria-expanded={children > 0 ? open : undefined}
      aria-label={[span.name, typeTitle(span.type), duration, failed && "failed"].filter(Boolean).join(", ")}
      className={classes.row}
      style={style}
    >
      <span className={classes.label} style={{ paddingLeft: Math.min(level - 1, DEEPEST) * INDENT }}>
        {children > 0 ? (
          <span className={classes.toggle} data-toggle>
            <Chevron size={14} />
          </span>
        ) : (
          <span className={classes.toggle} />
        )}
        <Icon size={15} className={classes.icon} />
        <span className="truncate" title={span.name}>
          {span.name}
        </span>
        {failed && <IconAlertTriangle size={14} className={classes.failed} />}
      </span>
      <span className={classes.time}>
        <span
          className={classes.bar}
          data-failed={failed || undefined}
          data-open={span.duration_ns === null || undefined}
          style={{ left: `${left}%`, width: `${width}%` }}
        />
      </span>
      <span className={classes.duration}>{duration}</span>
    </div>
  );
}
