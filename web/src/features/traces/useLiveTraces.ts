import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { NetworkError } from "@/api/errors";
import type { ServerEvent } from "@/api/events";
import { refreshTraces } from "@/api/traces";

const MIN_INTERVAL_MS = 1_000;

/** What a view does with the events of its stream to keep traces up to date: the first at once, then once a second. */
export function useLiveTraces(project: string): (event: ServerEvent) => void {
  const queries = useQueryClient();
  const waiting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const missed = useRef(false);
  useEffect(() => () => clearTimeout(waiting.current), []);

  const catchUp = () => {
    missed.current = false;
    waiting.current = setTimeout(() => {
      waiting.current = undefined;
      if (missed.current) catchUp();
    }, MIN_INTERVAL_MS);
    refreshTraces(queries, project).catch((error) => {
      // A lost server is told elsewhere, and what was missed is fetched again when it is back.
      if (!(error instanceof NetworkError)) throw error;
    });
  };
  return (event) => {
    if (event.type !== "traces.changed") return;
    if (waiting.current === undefined) catchUp();
    else missed.current = true;
  };
}
