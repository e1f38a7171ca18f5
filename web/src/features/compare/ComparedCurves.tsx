import { SegmentedControl } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import type { Curves, Version } from "@/api/types";
import { curvesQuery } from "@/api/versions";
import { groupCurves, type SplitSeries } from "@/features/versions/training/curves";
import { metricTitle, plural } from "@/lib/format";
import { versionColor } from "@/ui/chart/theme";
import { CurveControls } from "@/ui/curves/CurveControls";
import { LineChart, type ThemedLine } from "@/ui/curves/LineChart";
import { type CurveSettings, useCurveSettings } from "@/ui/curves/useCurveSettings";
import { Section } from "@/ui/Section";
import { useShow } from "@/ui/table/useShow";
import { useSeen } from "@/ui/useSeen";
import classes from "./Compare.module.css";
import { isDashed } from "./marks";

const route = getRouteApi("/p/$project/models/$model/compare");
const SPLITS = ["train", "validation", "test"] as const;

/** The learning curves of several versions over each other, in the colors of the versions. */
export function ComparedCurves({ project, versions }: { project: string; versions: Version[] }) {
  const { split: chosen = "validation" } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const settings = useCurveSettings();
  const place = useRef<HTMLParagraphElement>(null);
  const enabled = useSeen(place);
  const results = useQueries({
    queries: versions.map(({ model, number }) => ({ ...curvesQuery({ project, model, number }), enabled })),
  });
  const loaded = results.map(({ data }) => data);
  const splits = SPLITS.filter((split) =>
    loaded.some((curves) => curves?.curves.some((curve) => curve.split === split)),
  );
  const split = splits.find((name) => name === chosen) ?? splits[0];
  const metrics = split ? metricsOf(loaded, split) : [];
  const pending = results.some(({ isPending }) => isPending);

  return (
    <Section
      title="Learning curves"
      aside={
        split && (
          <div className={classes.tools}>
            <SegmentedControl
              aria-label="Split of the curves"
              data={splits.map((name) => ({ value: name, label: name }))}
              value={split}
              onChange={(next) => show({ split: next as typeof chosen })}
            />
            <CurveControls settings={settings} stepName="step" />
          </div>
        )
      }
    >
      {split ? (
        <div className={classes.charts}>
          {metrics.map((metric) => (
            <Overlay
              key={metric}
              metric={metric}
              split={split}
              versions={versions}
              loaded={loaded}
              settings={settings}
            />
          ))}
        </div>
      ) : (
        <p className={classes.quiet} ref={place}>
          {pending ? "Loading…" : "None of these versions has logged a curve."}
        </p>
      )}
    </Section>
  );
}

function metricsOf(loaded: (Curves | undefined)[], split: string): string[] {
  const curves = loaded.flatMap((each) => each?.curves ?? []);
  return [...new Set(curves.filter((curve) => curve.split === split).map(({ name }) => name))];
}

interface OverlayProps {
  metric: string;
  split: string;
  versions: Version[];
  loaded: (Curves | undefined)[];
  settings: CurveSettings;
}

function Overlay({ metric, split, versions, loaded, settings }: OverlayProps) {
  const { smoothing, log, zoom, setZoom } = settings;
  const numbers = versions.map(({ number }) => number);
  const signature = loaded.flatMap((curves, index) => [numbers[index], curves?.curves]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the signature holds the curves; the list around them is new at every render.
  const lines = useMemo(
    () =>
      loaded.flatMap((curves, index) => {
        const number = numbers[index];
        const series = seriesOf(curves, metric, split);
        if (!series || number === undefined) return [];
        const line: ThemedLine = {
          name: `#${number}`,
          dashed: isDashed(number, numbers),
          color: (theme) => versionColor(theme, number),
          steps: series.steps,
          values: series.values,
        };
        return [line];
      }),
    [metric, split, ...signature],
  );
  const without = versions.length - lines.length;
  const view = useMemo(() => ({ smoothing, log, stepName: "step", zoom }), [smoothing, log, zoom]);
  return (
    <LineChart
      title={metricTitle(metric)}
      lines={lines}
      view={view}
      height={280}
      group="compared curves"
      note={without > 0 ? `Not logged by ${plural(without, "version")}.` : null}
      onZoom={setZoom}
    />
  );
}

function seriesOf(curves: Curves | undefined, metric: string, split: string): SplitSeries | undefined {
  return groupCurves(curves)
    .find((group) => group.metric === metric)
    ?.series.find((series) => series.split === split);
}
