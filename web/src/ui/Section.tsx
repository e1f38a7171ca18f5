import { type ReactNode, useId } from "react";
import classes from "./Section.module.css";

/** A part of a page under its own heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes.section}>
      <div className={classes.head}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Facts about something: term and value, side by side. */
export function Facts({ items }: { items: [term: string, value: ReactNode][] }) {
  return (
    <dl className={classes.facts}>
      {items.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The padded column of a page that is read rather than scanned. */
export function Content({ children, wide = false }: { children: ReactNode; wide?: boolean }) {
  return (
    <div className={classes.content} data-wide={wide || undefined}>
      {children}
    </div>
  );
}
