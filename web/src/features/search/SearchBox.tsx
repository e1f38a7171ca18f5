import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useDeferredValue, useRef, useState } from "react";
import { messageOf } from "@/api/errors";
import { CreateModel } from "@/features/models/CreateModel";
import { plainText } from "@/ui/markdown/read";
import { Time } from "@/ui/Time";
import classes from "./SearchBox.module.css";
import { useEarlyKeys } from "./useEarlyKeys";
import { useSearchActions } from "./useSearchActions";
import { type SearchResult, useSearchResults } from "./useSearchResults";

const [store, spotlight] = createSpotlight();

export const openSearch = spotlight.open;

const LABEL = "Search models, versions, runs, datasets and experiments";

/** Ctrl-K: finds what has a name in the project, a trace by its id, the project's pages, and what can be done. */
export function SearchBox({ project, openKeys }: { project: string; openKeys: () => void }) {
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const [creating, { open: createModel, close }] = useDisclosure(false);
  const q = useDeferredValue(text.trim());
  const { groups: results, error, isFetching } = useSearchResults(project, q);
  const actions = useSearchActions(project, q, { openKeys, createModel });
  const groups = actions.length > 0 ? [...results, { label: "Actions", results: actions }] : results;
  useHotkeys([["mod+K", spotlight.toggle]], []);
  useEarlyKeys(store, field, (typed) => setText((before) => before + typed));
  return (
    <>
      <Spotlight.Root
        store={store}
        query={text}
        shortcut={null}
        onQueryChange={setText}
        scrollable
        maxHeight={420}
        tagsToIgnore={[]}
        centered={false}
        overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
        attributes={{ content: { "aria-label": "Search" } }}
      >
        <Spotlight.Search
          ref={field}
          placeholder={LABEL}
          aria-label={LABEL}
          leftSection={<IconSearch size={17} aria-hidden />}
        />
        <Spotlight.ActionsList>
          {groups.map(({ label, results }) => (
            <Spotlight.ActionsGroup key={label} label={label}>
              {results.map(({ key, ...hit }) => (
                <Hit key={key} {...hit} />
              ))}
            </Spotlight.ActionsGroup>
          ))}
          {groups.length === 0 && (
            <Spotlight.Empty>
              {error ? messageOf(error) : isFetching ? "Searching…" : `Nothing found for “${q}”.`}
            </Spotlight.Empty>
          )}
        </Spotlight.ActionsList>
      </Spotlight.Root>
      <CreateModel project={project} opened={creating} onClose={close} />
    </>
  );
}

function Hit({ icon: Icon, name, number, foundAs, description, at, open }: Omit<SearchResult, "key">) {
  return (
    <Spotlight.Action className={classes.action} onClick={open}>
      <Icon size={16} className={classes.icon} aria-hidden />
      <span className={classes.name}>
        {name}
        {number != null && <span className={classes.quiet}> #{number}</span>}
      </span>
      {foundAs && <code className={classes.as}>{foundAs}</code>}
      {description !== undefined && <span className={classes.description}>{plainText(description)}</span>}
      {at && (
        <span className={classes.quiet}>
          <Time at={at} />
        </span>
      )}
    </Spotlight.Action>
  );
}
