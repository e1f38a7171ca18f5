import { NativeSelect } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconStarFilled } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import { itemsOf } from "@/api/pages";
import type { VersionSummary } from "@/api/types";
import { versionQuery, versionsQuery } from "@/api/versions";
import { formatNumber } from "@/lib/format";
import { Metric } from "@/ui/Metric";
import { StatusBadge } from "@/ui/StatusBadge";
import classes from "./VersionPage.module.css";

interface Props {
  project: string;
  model: string;
  number: number;
}

const route = getRouteApi("/p/$project/models/$model/versions/$number");
const ROW_HEIGHT = 48;
const NEAR_END = 20;

/** The model's versions, newest on top, to go from one to the next; a select where there is no room beside the page. */
export function VersionPane({ project, model, number }: Props) {
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const query = useInfiniteQuery(versionsQuery(project, model, { include_archived: true }));
  const shown = useQuery(versionQuery({ project, model, number }));
  const versions = useMemo(() => {
    const listed = itemsOf(query.data);
    // An old version may be on a page of the list that is not loaded.
    if (!shown.data || listed.length === 0 || listed.some((version) => version.number === number)) return listed;
    return [shown.data, ...listed];
  }, [query.data, shown.data, number]);

  if (narrow) return <Narrow project={project} model={model} number={number} versions={versions} />;
  return (
    <nav className={classes.pane} aria-label={`Versions of ${model}`}>
      <List
        project={project}
        number={number}
        versions={versions}
        onNearEnd={() => query.hasNextPage && !query.isFetchingNextPage && query.fetchNextPage()}
      />
    </nav>
  );
}

function Narrow({ project, model, number, versions }: Props & { versions: VersionSummary[] }) {
  const navigate = useNavigate();
  const search = route.useSearch();
  return (
    <div className={classes.select}>
      <NativeSelect
        aria-label="Version"
        value={number}
        onChange={(event) =>
          navigate({
            to: "/p/$project/models/$model/versions/$number",
            params: { project, model, number: Number(event.currentTarget.value) },
            search,
          })
        }
        data={versions.map((version) => ({ value: String(version.number), label: lineOf(version) }))}
      />
    </div>
  );
}

function lineOf({ number, status, metric, description }: VersionSummary): string {
  return [`#${number} ${status}`, metric && formatNumber(metric.value), description].filter(Boolean).join(" · ");
}

interface ListProps {
  project: string;
  number: number;
  versions: VersionSummary[];
  onNearEnd: () => void;
}

function List({ project, number, versions, onNearEnd }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: versions.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: asking again is for when more is seen, not for a new function.
  useEffect(() => {
    if (versions.length > 0 && last > versions.length - NEAR_END) onNearEnd();
  }, [last, versions.length]);

  const index = versions.findIndex((version) => version.number === number);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another version scrolls; the list changing must not.
  useEffect(() => {
    if (index >= 0) virtualizer.scrollToIndex(index, { align: "auto" });
  }, [number, index >= 0]);

  return (
    <div ref={scroller} className={classes.scroller}>
      <ul className={classes.list} style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const version = versions[item.index];
          return (
            version && (
              <li key={version.number} className={classes.item} style={{ translate: `0 ${item.start}px` }}>
                <Entry project={project} version={version} isCurrent={version.number === number} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function Entry({ project, version, isCurrent }: { project: string; version: VersionSummary; isCurrent: boolean }) {
  const { model, number, status, metric, starred, description, archived } = version;
  const search = route.useSearch();
  return (
    <Link
      to="/p/$project/models/$model/versions/$number"
      params={{ project, model, number }}
      search={search}
      className={classes.link}
      aria-current={isCurrent ? "page" : undefined}
      activeProps={{ "aria-current": isCurrent ? "page" : undefined }}
    >
      <span className={`${classes.number} tabular`}>#{number}</span>
      <StatusBadge status={status} />
      <span className={classes.value}>
        {metric ? (
          <Metric metric={metric} />
        ) : (
          starred && <IconStarFilled size={12} className={classes.starred} aria-label="starred" />
        )}
      </span>
      <span className={`${classes.text} truncate`} title={description}>
        {starred && metric && <IconStarFilled size={11} className={classes.starred} role="img" aria-label="starred" />}{" "}
        {archived && "archived · "}
        {description || (version.trainer ?? "registered")}
      </span>
    </Link>
  );
}
