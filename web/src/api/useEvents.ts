import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { refresh } from "./cache";
import { markLost, markReached, probe } from "./connection";
import { applyEvent, type ServerEvent } from "./events";
import { keys } from "./keys";

const RETRY_MS = 2_000;
const HIDDEN_MS = 30_000;

/**
 * Listens to one event stream for as long as the view is shown and keeps the query caches up to date with it.
 * What is shown was read before the stream was there, so that what has happened meanwhile is fetched when it opens,
 * for the first time or again, and when the server says that events were lost.
 */
export function useEvents(project: string, topics: string[], onEvent?: (event: ServerEvent) => void): void {
  const queries = useQueryClient();
  const query = topics.map((topic) => `topic=${encodeURIComponent(topic)}`).join("&");

  const receive = useEffectEvent((event: ServerEvent) => {
    applyEvent(queries, project, event);
    onEvent?.(event);
  });

  useEffect(() => {
    if (!query) return;
    let source: EventSource | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;

    const open = () => {
      source = new EventSource(`/api/v1/projects/${encodeURIComponent(project)}/events?${query}`);
      source.addEventListener("ready", () => {
        markReached();
        catchUp();
      });
      source.addEventListener("resync", catchUp);
      source.onmessage = (message) => receive(JSON.parse(message.data) as ServerEvent);
      source.onerror = () => {
        probe().then((reached) => reached || markLost());
        // A browser retries by itself after a lost connection, but not after an error answer.
        if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
      };
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
  }, [project, query, queries]);
}
