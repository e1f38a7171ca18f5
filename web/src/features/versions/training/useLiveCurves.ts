import { hashKey, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Curves } from "@/api/types";
import { curvesQuery } from "@/api/versions";

const MAX_POINTS = 1_000;

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
      setCurves(queries.getQueryData(options.queryKey));
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
