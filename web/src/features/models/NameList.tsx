import { Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Models.module.css";

interface Props {
  names: string[];
  /** What they are, for the tooltip of those left out. */
  what: string;
  link?: (name: string) => ReactNode;
}

/** The first of several names, and how many more there are. */
export function NameList({ names, what, link }: Props) {
  const [first, ...others] = names;
  if (!first) return <span className={classes.quiet}>–</span>;
  return (
    <>
      {link ? link(first) : first}
      {others.length > 0 && (
        <Tooltip label={names.join(", ")} multiline maw={320}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip holds names that are nowhere else. */}
          <span
            className={classes.quiet}
            tabIndex={0}
            aria-label={`and ${others.length} more ${what}: ${others.join(", ")}`}
            role="note"
          >
            {" "}
            +{others.length}
          </span>
        </Tooltip>
      )}
    </>
  );
}
