import { type ReactNode, useEffect, useRef } from "react";
import classes from "./TabBar.module.css";

/** Tabs that are addresses: links, the current one marked with `aria-current="page"`. */
export function TabBar({ label, children }: { label: string; children: ReactNode }) {
  const bar = useRef<HTMLElement>(null);
  // Where the tabs do not fit, the current one is brought into view.
  useEffect(() => {
    const current = bar.current?.querySelector<HTMLElement>('[aria-current="page"]');
    if (bar.current && current) bar.current.scrollLeft = current.offsetLeft - bar.current.clientWidth / 2;
  });
  return (
    <nav ref={bar} aria-label={label} className={classes.bar}>
      {children}
    </nav>
  );
}

/** What a link in a tab bar needs to say whether it is the current one; a tab that is the default has no search. */
export const current = (is: boolean) => ({
  "aria-current": is ? ("page" as const) : undefined,
  activeOptions: { includeSearch: true, explicitUndefined: true },
});
