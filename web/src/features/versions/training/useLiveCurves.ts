import { hashKey, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Curves } from "@/api/types";
import { curvesQuery } from "@/api/versions";

const MAX_POINTS = 1_000;

/** Whether so much was added that the server should thin it out again. */
const isTooLong = ({ curves }: Curves) => curves.some(({ points }) => points.length > 2 * MAX_POINTS);

interface Path {
  project: string;
  model: string;
  number: number;
}

/**
 * The curves of a version as the event stream adds to them: however many events arrive, the page is drawn at most
 * once a frame.
 */
export function useLiveCurves({ project, model, number }: Path) {
  const queries = useQueryClient();
  const options = curvesQuery({ project, model, number }, { max_points: MAX_POINTS });
  const hash = hashKey(options.queryKey);
  // Comparing thousands of points with the old ones, to share what is equal, costs more than drawing them.
  const query = useQuery({ ...options, structuralSharing: false, notifyOnChangeProps: ["status", "error"] });
  const [curves, setCurves] = useState<Curves | undefined>(() => queries.getQueryData(options.queryKey));

  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash stands for the key.
  useEffect(() => {
    let frame: number | null = null;
    const draw = () => {
      frame = null;
      const next = queries.getQueryData(options.queryKey);
      setCurves(next);
      if (next && isTooLong(next) && queries.isFetching({ queryKey: options.queryKey }) === 0) {
        queries.invalidateQueries({ queryKey: options.queryKey });
      }
    };
    draw();
    const stop = queries.getQueryCache().subscribe((event) => {
      if (event.type === "updated" && event.query.queryHash === hash) frame ??= requestAnimationFrame(draw);
    });
    return () => {
      stop();
      if (frame !== null) cancelAnimationFrame(frame);
    };
  }, [queries, hash]);

  return { curves, isPending: query.isPending, error: query.error, refetch: query.refetch };
}
