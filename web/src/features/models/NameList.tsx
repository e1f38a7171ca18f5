import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Models.module.css";

/** The first of several names, and how many more there are. */
export function NameList({ names, link }: { names: string[]; link?: (name: string) => ReactNode }) {
  const [first, ...others] = names;
  if (!first) return <span className={classes.quiet}>–</span>;
  return (
    <span title={names.join(", ")}>
      {link ? link(first) : first}
      {others.length > 0 && (
        <span className={classes.quiet}>
          <span aria-hidden> +{others.length}</span>
          <VisuallyHidden>, {others.join(", ")}</VisuallyHidden>
        </span>
      )}
    </span>
  );
}
