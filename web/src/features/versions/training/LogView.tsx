import { ActionIcon, Skeleton, Switch, Tooltip } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState } from "react";
import type { LogLine } from "@/api/types";
import { versionUrl } from "@/api/versions";
import { formatCount, formatExact, plural } from "@/lib/format";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { SearchField } from "@/ui/SearchField";
import { Section } from "@/ui/Section";
import { ErrorState } from "@/ui/States";
import { isMoving } from "@/ui/status";
import { useShow } from "@/ui/table/useShow";
import type { TabProps } from "../tab";
import { splitMatches } from "./matches";
import classes from "./Training.module.css";
import { useLog } from "./useLog";

const route = getRouteApi("/p/$project/models/$model/versions/$number");
const LINE_HEIGHT = 20;

/** The log: streaming, searched by the server, drawn virtually. */
export function LogView({ project, version }: TabProps) {
  const { model, number, status } = version;
  const path = { project, model, number };
  const { find: search = "" } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const [follow, setFollow] = useState(isMoving(status));
  const log = useLog(path, search);
  const { lines, hasNextPage, isFetchingNextPage, fetchNextPage } = log;

  const count = search ? plural(lines.length, "match", "matches") : plural(log.total, "line");
  const tools = (
    <div className={classes.tools}>
      <span className={`${classes.count} tabular`}>{log.isPending ? "" : count}</span>
      <SearchField label="Search the log" value={search} onChange={(next) => show({ find: next })} width={200} />
      <Switch label="Follow" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
      <Tooltip label="Download the log">
        <ActionIcon
          component="a"
          href={versionUrl(path, "log/download")}
          download
          variant="default"
          aria-label="Download the log"
        >
          <IconDownload size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );

  return (
    <Section title="Log" aside={tools}>
      {log.error && lines.length === 0 ? (
        <ErrorState error={log.error} retry={log.refetch} />
      ) : log.isPending ? (
        <Skeleton height={380} />
      ) : lines.length === 0 ? (
        <p className={classes.nothing}>
          {search
            ? `No line contains “${search}”.`
            : isMoving(status)
              ? "Nothing was logged yet."
              : "The log is empty."}
        </p>
      ) : (
        <Lines
          lines={lines}
          search={search}
          follow={follow}
          onFollow={setFollow}
          onNearEnd={() => hasNextPage && !isFetchingNextPage && fetchNextPage()}
        />
      )}
    </Section>
  );
}

interface LinesProps {
  lines: LogLine[];
  search: string;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  onNearEnd: () => void;
}

const NEAR_END = 100;

function Lines({ lines, search, follow, onFollow, onNearEnd }: LinesProps) {
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: asking again is for when more is seen, not for a new function.
  useEffect(() => {
    if (last >= lines.length - NEAR_END) onNearEnd();
  }, [last, lines.length]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line scrolls.
  useEffect(() => {
    const box = scroller.current;
    if (follow && box) box.scrollTop = box.scrollHeight;
  }, [follow, lines.length]);

  // Who scrolls up wants to read, and lines that come must not pull them away.
  const onWheelUp = (event: React.WheelEvent) => event.deltaY < 0 && follow && onFollow(false);

  return (
    <ScrollRegion
      ref={scroller}
      className={classes.log}
      label={`Log, ${formatCount(lines.length)} lines`}
      onWheel={onWheelUp}
      onKeyDown={(event) => ["ArrowUp", "PageUp", "Home"].includes(event.key) && onFollow(false)}
    >
      <ol className={classes.lines} style={{ height: virtualizer.getTotalSize() }}>
        {items.map((item) => {
          const line = lines[item.index];
          return (
            line && (
              <li key={line.sequence} className={classes.line} style={{ translate: `0 ${item.start}px` }}>
                <time className={classes.at} dateTime={line.at} title={formatExact(new Date(line.at))}>
                  {clock.format(new Date(line.at))}
                </time>
                <span>{marked(line.text, search)}</span>
              </li>
            )
          );
        })}
      </ol>
    </ScrollRegion>
  );
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

function marked(text: string, search: string) {
  if (!search) return text;
  // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other identity.
  return splitMatches(text, search).map((part, index) => (index % 2 ? <mark key={index}>{part}</mark> : part));
}
