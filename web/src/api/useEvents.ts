import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { refresh } from "./cache";
import { markLost, markReached, probe } from "./connection";
import { applyEvent, type ServerEvent } from "./events";
import { type FirstStream, streamUrl, takeFirstStream } from "./firstStream";
import { keys } from "./keys";

const RETRY_MS = 2_000;
const HIDDEN_MS = 30_000;

/**
 * Listens to one event stream for as long as the view is shown and keeps the query caches up to date with it.
 * The stream of the first view was there before anything was read. Else what is shown is fetched again when the stream
 * opens, unless the server has written nothing since it was read; also when it opens again, and when the server says
 * that events were lost.
 */
export function useEvents(project: string, topics: string[], onEvent?: (event: ServerEvent) => void): void {
  const queries = useQueryClient();
  const url = topics.length > 0 ? streamUrl(project, topics) : null;

  const receive = useEffectEvent((event: ServerEvent) => {
    applyEvent(queries, project, event);
    onEvent?.(event);
  });

  useEffect(() => {
    if (!url) return;
    let source: EventSource | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let opened = false;

    const open = () => {
      const first = takeFirstStream(url);
      source = first?.source ?? new EventSource(url);
      source.addEventListener("ready", (event) => {
        markReached();
        const isFirst = !opened;
        opened = true;
        if (!(isFirst && (first?.isComplete || isUpToDate(queries, project, event)))) catchUp();
      });
      source.addEventListener("resync", catchUp);
      source.onmessage = (message) => receive(JSON.parse(message.data) as ServerEvent);
      if (first) adopt(first);
      source.onerror = () => {
        probe().then((reached) => reached || markLost());
        // A browser retries by itself after a lost connection, but not after an error answer.
        if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
      };
    };
    const adopt = ({ isReady, isComplete, messages }: FirstStream) => {
      opened = isReady;
      if (isReady && !isComplete) catchUp();
      for (const { data } of messages) receive(JSON.parse(data) as ServerEvent);
    };
    const catchUp = () => {
      refresh(queries, keys.project(project));
      refresh(queries, keys.engines);
    };

    const close = () => {
      clearTimeout(retry);
      source?.close();
      source = null;
    };
    // A browser allows six connections to a host, so tabs that nobody looks at must not hold one each.
    let idle: ReturnType<typeof setTimeout> | undefined;
    const onVisibility = () => {
      clearTimeout(idle);
      if (document.hidden) idle = setTimeout(close, HIDDEN_MS);
      else if (!source) open();
    };

    open();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      clearTimeout(idle);
      close();
    };
  }, [project, url, queries]);
}

/** How long a request may have taken: what came with it is as old as its beginning. */
const MAX_REQUEST_MS = 2_000;

/** Whether the server, as it says when a stream opens, has written nothing since the oldest of what is shown was read. */
function isUpToDate(queries: QueryClient, project: string, event: Event): boolean {
  const quiet = quietMs(event);
  const shown = [keys.project(project), keys.engines].flatMap((queryKey) =>
    queries.getQueryCache().findAll({ queryKey, type: "active" }),
  );
  // Nothing is older than the page itself, not even what is still on its way.
  const ages = shown.map(({ state }) =>
    state.data === undefined ? performance.now() : Date.now() - state.dataUpdatedAt + MAX_REQUEST_MS,
  );
  return quiet > Math.min(performance.now(), Math.max(0, ...ages));
}

/** From the id of the event: `quiet 12.5`, in seconds. */
function quietMs(event: Event): number {
  const [, seconds] = /^quiet (\d+(?:\.\d+)?)$/.exec((event as MessageEvent).lastEventId ?? "") ?? [];
  return Number(seconds ?? 0) * 1_000;
}
