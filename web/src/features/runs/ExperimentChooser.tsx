import { Button, Checkbox, Popover, TextInput } from "@mantine/core";
import { IconChevronDown, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { experimentsQuery } from "@/api/experiments";
import { itemsOf } from "@/api/pages";
import { plural } from "@/lib/format";
import classes from "./ExperimentChooser.module.css";

interface Props {
  project: string;
  /** Ids; none stands for all. */
  chosen: string[];
}

/** Whose runs are shown: of one experiment, of several, or of all. */
export function ExperimentChooser({ project, chosen }: Props) {
  const text = chosen.length === 0 ? "All experiments" : plural(chosen.length, "experiment");
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus width={300}>
      <Popover.Target>
        <Button variant="default" fw={400} rightSection={<IconChevronDown size={14} />} aria-label={`Runs of: ${text}`}>
          {text}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Choices project={project} chosen={chosen} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Choices({ project, chosen }: Props) {
  const [text, setText] = useState("");
  const [picked, setPicked] = useState(chosen);
  const search = useDeferredValue(text.trim()) || undefined;
  const navigate = useNavigate();
  const query = useInfiniteQuery({ ...experimentsQuery(project, { search }), placeholderData: keepPreviousData });
  const found = itemsOf(query.data);

  const choose = (ids: string[]) => {
    const [only] = ids;
    // What is said about the table stays; what was selected in it may not be there any more.
    const keep = (old: object) => ({ ...old, selected: undefined, open: undefined });
    if (ids.length === 1 && only !== undefined) {
      const search = (old: object) => ({ ...keep(old), experiment: undefined });
      return navigate({ to: "/p/$project/experiments/$experiment", params: { project, experiment: only }, search });
    }
    return navigate({
      to: "/p/$project/runs",
      params: { project },
      search: (old: object) => ({ ...keep(old), experiment: ids.length > 0 ? ids : undefined }),
    });
  };
  return (
    <div className={classes.choices}>
      <TextInput
        aria-label="Find an experiment"
        placeholder="Find an experiment"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.list}>
        {found.map(({ id, name }) => (
          <Checkbox
            key={id}
            label={name}
            checked={picked.includes(id)}
            onChange={(event) =>
              setPicked(event.currentTarget.checked ? [...picked, id] : picked.filter((other) => other !== id))
            }
          />
        ))}
        {query.isSuccess && found.length === 0 && <p className={classes.quiet}>No experiment matches.</p>}
      </div>
      <div className={classes.buttons}>
        <Button onClick={() => choose(picked)} disabled={picked.join() === chosen.join()}>
          Show runs
        </Button>
        {chosen.length > 0 && (
          <Button variant="default" onClick={() => choose([])}>
            All experiments
          </Button>
        )}
      </div>
    </div>
  );
}
