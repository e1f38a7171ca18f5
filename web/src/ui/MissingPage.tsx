import type { IconProps } from "@tabler/icons-react";
import type { ComponentProps, ComponentType } from "react";
import { MissingOrFailed } from "./MissingOrFailed";
import { Page } from "./Page";
import { EmptyState } from "./States";

interface Props extends Required<Pick<ComponentProps<typeof Page>, "title" | "crumbs">> {
  project: string;
  query: ComponentProps<typeof MissingOrFailed>["query"];
  /** What is said where there is no such thing, e.g. `There is no such run`. */
  missing: string;
  /** What may have become of it. */
  gone: "deleted" | "purged";
  icon: ComponentType<IconProps>;
}

/** In place of the page of a thing that could not be fetched. */
export function MissingPage({ title, project, crumbs, query, missing, gone, icon }: Props) {
  return (
    <Page title={title} context={project} crumbs={crumbs}>
      <MissingOrFailed
        query={query}
        missing={
          <EmptyState title={missing} icon={icon}>
            It may have been {gone}, or be in another project than {project}.
          </EmptyState>
        }
      />
    </Page>
  );
}
