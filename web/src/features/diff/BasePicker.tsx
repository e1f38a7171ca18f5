import { Select } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { modelsQuery } from "@/api/models";
import { itemsOf } from "@/api/pages";
import { versionsQuery } from "@/api/versions";
import { formatNumber } from "@/lib/format";
import classes from "./Diff.module.css";
import type { Base } from "./search";

interface Props {
  project: string;
  /** The version that the page is about; it is compared with another. */
  model: string;
  number: number;
  base: Base | null;
  onChange: (base: Base) => void;
}

/** The version to compare with: of the same model, or of another that is chosen first. */
export function BasePicker({ project, model, number, base, onChange }: Props) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [asked, setAsked] = useState(false);
  const owner = chosen ?? base?.model ?? model;
  const models = useInfiniteQuery({ ...modelsQuery(project), enabled: asked });
  const versions = useInfiniteQuery(versionsQuery(project, owner, { include_archived: true }));
  const names = useMemo(
    () => [...new Set([model, owner, ...itemsOf(models.data).map(({ name }) => name)])],
    [models.data, model, owner],
  );
  const options = itemsOf(versions.data)
    .filter((version) => owner !== model || version.number !== number)
    .map((version) => ({
      value: String(version.number),
      label: [
        `#${version.number}`,
        version.metric ? formatNumber(version.metric.value) : version.status,
        version.description,
      ]
        .filter(Boolean)
        .join(" · "),
    }));
  const shown = base && base.model === owner ? String(base.number) : null;
  // An old version may be on a page of the list that is not loaded.
  if (shown && !options.some(({ value }) => value === shown)) options.unshift({ value: shown, label: `#${shown}` });
  return (
    <div className={classes.picker}>
      <span>From</span>
      <Select
        aria-label="Model to compare with"
        data={names}
        value={owner}
        onChange={setChosen}
        onDropdownOpen={() => setAsked(true)}
        allowDeselect={false}
        searchable
        limit={100}
        w={180}
      />
      <Select
        aria-label="Version to compare with"
        placeholder="Choose a version"
        data={options}
        value={shown}
        onChange={(value) => value && onChange({ model: owner, number: Number(value) })}
        allowDeselect={false}
        searchable
        limit={100}
        nothingFoundMessage="No such version"
        w={260}
        maw="100%"
      />
      <span>
        to{" "}
        <strong className="tabular">
          {model} #{number}
        </strong>
      </span>
    </div>
  );
}
