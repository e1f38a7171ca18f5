import { ActionIcon } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconCornerDownRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { RunSummary } from "@/api/types";
import { plural } from "@/lib/format";
import classes from "./Runs.module.css";

const INDENT = 18;
/** Of the button that shows what is nested, and the gap beside it. */
const TOGGLE = 26;

/** How runs are nested in each other in a table. */
export interface Nesting {
  depthOf: (run: RunSummary) => number;
  isOpen: (run: RunSummary) => boolean;
  toggle: (run: RunSummary) => void;
}

interface Props {
  project: string;
  run: RunSummary;
  /** How runs are nested in the table; null where each stands for itself. */
  nesting: Nesting | null;
}

/** A run's name as the link to it, below its parent or with what is nested in it. */
export function RunName({ project, run, nesting }: Props) {
  const { id, name, child_count, parent_id } = run;
  const open = nesting?.isOpen(run) ?? false;
  // Names of one depth stand below each other, whether something is nested in them or not.
  const indent = nesting ? nesting.depthOf(run) * INDENT + (child_count > 0 ? 0 : TOGGLE) : 0;
  const nested = plural(child_count, "nested run");
  return (
    <span className={classes.name} style={{ paddingLeft: indent }}>
      {nesting && child_count > 0 && (
        <ActionIcon
          size={20}
          aria-label={`${open ? "Hide" : "Show"} ${nested} of ${name}`}
          aria-expanded={open}
          onClick={() => nesting.toggle(run)}
        >
          {open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        </ActionIcon>
      )}
      {!nesting && parent_id && (
        <IconCornerDownRight size={14} className={classes.none} role="img" aria-label="nested" />
      )}
      <Link to="/p/$project/runs/$run" params={{ project, run: id }} className="text-link truncate" title={name}>
        {name}
      </Link>
      {child_count > 0 && (
        <span className={classes.children} title={nested}>
          {child_count}
        </span>
      )}
    </span>
  );
}
