import type { ReactNode } from "react";
import classes from "./TabBar.module.css";

/** Tabs that are addresses: links, the current one marked with `aria-current="page"`. */
export function TabBar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className={classes.bar}>
      {children}
    </nav>
  );
}

/** What a link in a tab bar needs to say whether it is the current one; a tab that is the default has no search. */
export const current = (is: boolean) => ({
  "aria-current": is ? ("page" as const) : undefined,
  activeOptions: { includeSearch: true, explicitUndefined: true },
});
