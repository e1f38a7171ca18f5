import { Spotlight, spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useDeferredValue, useState } from "react";
import { messageOf } from "@/api/errors";
import { Time } from "@/ui/Time";
import classes from "./SearchBox.module.css";
import { type Found, useFound } from "./useFound";

export const openSearch = spotlight.open;

const LABEL = "Search models, versions, datasets and experiments";

/** Ctrl-K: finds what has a name in the project, a run or a trace by its id, and the project's pages. */
export function SearchBox({ project }: { project: string }) {
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const { groups, error, isFetching } = useFound(project, q);
  return (
    <Spotlight.Root
      query={text}
      onQueryChange={setText}
      scrollable
      maxHeight={420}
      tagsToIgnore={[]}
      centered={false}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      attributes={{ content: { "aria-label": "Search" } }}
    >
      <Spotlight.Search placeholder={LABEL} aria-label={LABEL} leftSection={<IconSearch size={17} aria-hidden />} />
      <Spotlight.ActionsList>
        {groups.map(({ label, found }) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {found.map(({ key, ...hit }) => (
              <Hit key={key} {...hit} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && (
          <Spotlight.Empty>
            {error ? messageOf(error) : isFetching ? "Searching…" : `Nothing is called “${q}”.`}
          </Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function Hit({ icon: Icon, name, number, description, at, open }: Omit<Found, "key">) {
  return (
    <Spotlight.Action className={classes.action} onClick={open}>
      <Icon size={16} className={classes.icon} aria-hidden />
      <span className={classes.name}>
        {name}
        {number != null && <span className={classes.quiet}> #{number}</span>}
      </span>
      {description !== undefined && <span className={classes.description}>{description}</span>}
      {at && (
        <span className={classes.quiet}>
          <Time at={at} />
        </span>
      )}
    </Spotlight.Action>
  );
}
