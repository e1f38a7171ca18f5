import { useQueries } from "@tanstack/react-query";
import { diffQuery } from "@/api/diff";
import type { MetricDiff, Version } from "@/api/types";

export type Verdicts = (name: string, split: string, index: number) => MetricDiff | undefined;

/** What the server says of each version's metrics against those of the first: better, worse, or within noise. */
export function useVerdicts(project: string, versions: Version[]): Verdicts {
  const [baseline, ...others] = versions;
  const results = useQueries({
    queries: others.map(({ model, number }) => ({
      ...diffQuery(
        { project, model: baseline?.model ?? model, number: baseline?.number ?? number },
        { model, number },
        false,
      ),
      enabled: baseline !== undefined,
    })),
  });
  return (name, split, index) =>
    results[index - 1]?.data?.metrics.find((metric) => metric.name === name && metric.split === split);
}
