import { Spotlight, spotlight } from "@mantine/spotlight";
import { IconBox, IconDatabase, IconFlask, IconPlayerPlay, IconSearch, IconVersions } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { messageOf } from "@/api/errors";
import { experimentsQuery } from "@/api/experiments";
import { itemsOf } from "@/api/pages";
import { searchQuery } from "@/api/projects";
import type { SearchHit } from "@/api/types";
import { shortId } from "@/lib/format";
import { Time } from "@/ui/Time";
import { PLACES } from "./places";
import classes from "./SearchBox.module.css";

export const openSearch = spotlight.open;

const KINDS = {
  model: { icon: IconBox, label: "Models" },
  version: { icon: IconVersions, label: "Versions" },
  dataset: { icon: IconDatabase, label: "Datasets" },
} as const;

const LABEL = "Search models, versions, datasets and experiments";
const RUN_ID = /^[0-9a-f]{32}$/;
const MOST_EXPERIMENTS = 8;

/** Ctrl-K: finds models, versions, datasets and experiments of the project, a run by its id, and its pages. */
export function SearchBox({ project }: { project: string }) {
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const navigate = useNavigate();
  const found = useQuery({ ...searchQuery(project, q), enabled: q !== "", placeholderData: keepPreviousData });
  const hits = q === "" ? [] : (found.data ?? []);
  const listed = useInfiniteQuery({
    ...experimentsQuery(project, { search: q }),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
  const experiments = q === "" ? [] : itemsOf(listed.data).slice(0, MOST_EXPERIMENTS);
  const run = RUN_ID.test(q) ? q : null;
  const places = PLACES.filter((place) => place.label.toLowerCase().includes(q.toLowerCase()));

  const open = (hit: SearchHit) => {
    const { kind, name, number } = hit;
    if (kind === "dataset")
      return navigate({ to: "/p/$project/datasets/$dataset", params: { project, dataset: name } });
    if (kind === "version" && number != null) {
      return navigate({ to: "/p/$project/models/$model/versions/$number", params: { project, model: name, number } });
    }
    return navigate({ to: "/p/$project/models/$model", params: { project, model: name } });
  };

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
        {(Object.keys(KINDS) as SearchHit["kind"][]).map((kind) => {
          const { icon: Icon, label } = KINDS[kind];
          const ofKind = hits.filter((hit) => hit.kind === kind);
          return ofKind.length === 0 ? null : (
            <Spotlight.ActionsGroup key={kind} label={label}>
              {ofKind.map((hit) => (
                <Spotlight.Action
                  className={classes.action}
                  key={`${hit.name}/${hit.number}`}
                  onClick={() => open(hit)}
                >
                  <Icon size={16} className={classes.icon} aria-hidden />
                  <span className={classes.name}>
                    {hit.name}
                    {hit.number != null && <span className={classes.quiet}> #{hit.number}</span>}
                  </span>
                  <span className={classes.description}>{hit.description}</span>
                  <span className={classes.quiet}>
                    <Time at={hit.updated_at} />
                  </span>
                </Spotlight.Action>
              ))}
            </Spotlight.ActionsGroup>
          );
        })}
        {experiments.length > 0 && (
          <Spotlight.ActionsGroup label="Experiments">
            {experiments.map(({ id, name, description, updated_at }) => (
              <Spotlight.Action
                className={classes.action}
                key={id}
                onClick={() =>
                  navigate({ to: "/p/$project/experiments/$experiment", params: { project, experiment: id } })
                }
              >
                <IconFlask size={16} className={classes.icon} aria-hidden />
                <span className={classes.name}>{name}</span>
                <span className={classes.description}>{description}</span>
                <span className={classes.quiet}>
                  <Time at={updated_at} />
                </span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {run && (
          <Spotlight.ActionsGroup label="Runs">
            <Spotlight.Action
              className={classes.action}
              onClick={() => navigate({ to: "/p/$project/runs/$run", params: { project, run } })}
            >
              <IconPlayerPlay size={16} className={classes.icon} aria-hidden />
              <span className={classes.name}>Run {shortId(run)}</span>
            </Spotlight.Action>
          </Spotlight.ActionsGroup>
        )}
        {places.length > 0 && (
          <Spotlight.ActionsGroup label="Go to">
            {places.map(({ label, icon: Icon, to }) => (
              <Spotlight.Action
                className={classes.action}
                key={to}
                onClick={() => navigate({ to, params: { project } })}
              >
                <Icon size={16} className={classes.icon} aria-hidden />
                <span className={classes.name}>{label}</span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {hits.length === 0 && experiments.length === 0 && !run && places.length === 0 && (
          <Spotlight.Empty>
            {found.error ? messageOf(found.error) : found.isFetching ? "Searching…" : `Nothing is called “${q}”.`}
          </Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
