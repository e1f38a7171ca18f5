import { ActionIcon, Button, Checkbox, Popover, TextInput, Tooltip } from "@mantine/core";
import { IconColumns3, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { plural } from "@/lib/format";
import classes from "./ColumnChooser.module.css";
import type { DataColumn } from "./types";

const SEARCH_FROM = 15;
const MAX_SHOWN = 200;

interface Props<Row> {
  columns: DataColumn<Row>[];
  visibility: Record<string, boolean>;
  onVisibility: (visibility: Record<string, boolean>) => void;
}

/** Which columns a table shows: a few as a list, many in groups that can be searched. */
export function ColumnChooser<Row>(props: Props<Row>) {
  return (
    <Popover position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label="Columns">
          <ActionIcon aria-label="Choose columns" variant="default">
            <IconColumns3 size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p="sm" aria-label="Columns">
        <Choices {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices<Row>({ columns, visibility, onVisibility }: Props<Row>) {
  const [search, setSearch] = useState("");
  const text = search.trim().toLowerCase();
  const matching = columns.filter(({ header }) => header.toLowerCase().includes(text));
  const shown = matching.slice(0, MAX_SHOWN);
  const groups = [...new Set(shown.map(({ group }) => group))];
  const set = (ids: string[], to: boolean) =>
    onVisibility({ ...visibility, ...Object.fromEntries(ids.map((id) => [id, to])) });
  return (
    <div className={classes.chooser}>
      {columns.length > SEARCH_FROM && (
        <TextInput
          aria-label="Find a column"
          placeholder="Find a column"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          data-autofocus
        />
      )}
      <div className={classes.groups}>
        {groups.map((group) => {
          const members = shown.filter((column) => column.group === group);
          const ids = members.map(({ id }) => id);
          const all = ids.every((id) => visibility[id]);
          return (
            <fieldset key={group ?? ""} className={classes.group}>
              <legend className={group ? classes.legend : classes.hidden}>{group ?? "Columns"}</legend>
              {group && (
                <Button
                  variant="subtle"
                  size="compact-xs"
                  className={classes.all}
                  aria-label={`${all ? "Hide" : "Show"} all ${group.toLowerCase()}`}
                  onClick={() => set(ids, !all)}
                >
                  {all ? "None" : "All"}
                </Button>
              )}
              {members.map(({ id, header }) => (
                <Checkbox
                  key={id}
                  label={header}
                  checked={visibility[id] ?? true}
                  onChange={(event) => set([id], event.currentTarget.checked)}
                />
              ))}
            </fieldset>
          );
        })}
        {matching.length > shown.length && (
          <p className={classes.more}>{plural(matching.length - shown.length, "more column")}: search for them.</p>
        )}
        {matching.length === 0 && <p className={classes.more}>No column matches.</p>}
      </div>
    </div>
  );
}
