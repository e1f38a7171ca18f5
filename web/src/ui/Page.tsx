import { ActionIcon, Anchor, TextInput, VisuallyHidden } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useMay } from "@/api/permissions";
import type { Permission } from "@/api/types";
import { useDraft } from "./InlineEdit";
import classes from "./Page.module.css";

interface Props {
  /** The page's name: its heading and, with `context`, the document's title. */
  title: string;
  context?: string;
  /** Makes the title editable in place: what is renamed, e.g. `run`, who may, and how. */
  rename?: { noun: string; permission: Permission; onSave: (title: string) => Promise<unknown> };
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

export function Page({ title, context, rename, crumbs = [], aside, actions, header, fill = false, children }: Props) {
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
          {rename ? <EditableTitle title={title} {...rename} /> : <h1 className={classes.title}>{title}</h1>}
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

function EditableTitle({ title, noun, permission, onSave }: { title: string } & NonNullable<Props["rename"]>) {
  const allowed = useMay()(permission);
  const { draft, begin, setDraft, field } = useDraft(title, onSave);
  if (draft !== null) {
    return (
      <>
        <VisuallyHidden>
          <h1>{title}</h1>
        </VisuallyHidden>
        <TextInput
          aria-label={`Name of the ${noun}`}
          {...field}
          w={260}
          maw="100%"
          onChange={(event) => setDraft(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
        />
      </>
    );
  }
  if (allowed === false) return <h1 className={classes.title}>{title}</h1>;
  return (
    <span className={classes.editable}>
      <h1 className={classes.title}>{title}</h1>
      <ActionIcon size={22} aria-label={`Rename the ${noun}`} inert={!allowed} onClick={begin}>
        <IconPencil size={14} />
      </ActionIcon>
    </span>
  );
}

export function SkipLink() {
  return (
    <Anchor href="#main" className={classes.skip}>
      Skip to content
    </Anchor>
  );
}
