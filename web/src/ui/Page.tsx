import { Anchor } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import classes from "./Page.module.css";

interface Props {
  /** The page's name: its heading and, with `context`, the document's title. */
  title: string;
  context?: string;
  /** Links to what the page is in, outermost first. */
  crumbs?: { key: string; link: ReactNode }[];
  /** Beside the heading, e.g. a status. */
  aside?: ReactNode;
  actions?: ReactNode;
  /** Below the bar and above the body: a description, tabs, filters. */
  header?: ReactNode;
  /** The body has the height of the window and scrolls inside, as a page that is one table does. */
  fill?: boolean;
  children: ReactNode;
}

export function Page({ title, context, crumbs = [], aside, actions, header, fill = false, children }: Props) {
  useDocumentTitle([title, context, "Modelyard"].filter(Boolean).join(" · "));
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <div className={classes.where}>
          {crumbs.length > 0 && (
            <nav aria-label="Breadcrumbs" className={classes.crumbs}>
              <ol>
                {crumbs.map(({ key, link }) => (
                  <li key={key}>{link}</li>
                ))}
              </ol>
            </nav>
          )}
          <h1 className={classes.title}>{title}</h1>
          {aside}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {header && <div className={classes.header}>{header}</div>}
      <div className={classes.body} data-fill={fill || undefined}>
        {children}
      </div>
    </div>
  );
}

export function SkipLink() {
  return (
    <Anchor href="#main" className={classes.skip}>
      Skip to content
    </Anchor>
  );
}
