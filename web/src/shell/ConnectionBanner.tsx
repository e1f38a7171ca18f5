import { IconPlugConnectedX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { refresh } from "@/api/cache";
import { isLost, markReached, probe, subscribeConnection } from "@/api/connection";
import classes from "./ConnectionBanner.module.css";

const PROBE_MS = 2_000;

/** Shown while the server cannot be reached; heals by itself and then fetches again what is on the page. */
export function ConnectionBanner() {
  const lost = useSyncExternalStore(subscribeConnection, isLost);
  const queries = useQueryClient();

  useEffect(() => {
    if (!lost) return;
    const timer = setInterval(async () => {
      if (!(await probe())) return;
      markReached();
      refresh(queries);
    }, PROBE_MS);
    return () => clearInterval(timer);
  }, [lost, queries]);

  return (
    <div role="status" aria-live="polite">
      {lost && (
        <div className={classes.banner}>
          <IconPlugConnectedX size={16} aria-hidden />
          <span>The server cannot be reached. What you see may be out of date; trying again…</span>
        </div>
      )}
    </div>
  );
}
