import { Skeleton } from "@mantine/core";
import { IconGitCompare } from "@tabler/icons-react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { keys } from "@/api/keys";
import { itemsOf } from "@/api/pages";
import { topics } from "@/api/topics";
import type { VersionComparison } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { versionsQuery } from "@/api/versions";
import { Page } from "@/ui/Page";
import { Section } from "@/ui/Section";
import { EmptyState, ErrorState } from "@/ui/States";
import { useShow } from "@/ui/table/useShow";
import classes from "./Compare.module.css";
import { ComparedConfigs } from "./ComparedConfigs";
import { ComparedCurves } from "./ComparedCurves";
import { ComparedFacts } from "./ComparedFacts";
import { ComparedMetrics } from "./ComparedMetrics";
import { isVersionNumber } from "./search";
import { useComparison } from "./useComparison";
import { VersionPicker } from "./VersionPicker";

const route = getRouteApi("/p/$project/models/$model/compare");

export function ComparePage() {
  const { project, model } = route.useParams();
  const { v } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const list = useInfiniteQuery(versionsQuery(project, model, {}));
  const existing = useMemo(() => itemsOf(list.data), [list.data]);
  // Nothing chosen yet: the two newest that have something to compare.
  const numbers = useMemo(
    () =>
      v?.filter(isVersionNumber) ??
      existing
        .filter(({ metric }) => metric !== null)
        .slice(0, 2)
        .map(({ number }) => number)
        .reverse(),
    [v, existing],
  );
  const wrong = (v ?? []).filter((each) => !isVersionNumber(each));
  const query = useComparison(project, model, numbers);
  const queries = useQueryClient();
  useEvents(project, topics.comparedVersions(model, numbers), (event) => {
    if (event.type !== "version.changed" || !numbers.includes(event.version.number)) return;
    queries.invalidateQueries({ queryKey: keys.comparison(project, model, numbers) });
  });

  const choose = (next: number[]) => show({ v: next });
  const crumbs = [
    {
      key: "models",
      link: (
        <Link to="/p/$project/models" params={{ project }}>
          Models
        </Link>
      ),
    },
    {
      key: "model",
      link: (
        <Link to="/p/$project/models/$model" params={{ project, model }}>
          {model}
        </Link>
      ),
    },
  ];

  return (
    <Page title="Compare" context={model} crumbs={crumbs}>
      <div className={classes.page}>
        <VersionPicker existing={existing} chosen={numbers} onChange={choose} />
        {(query.missing.length > 0 || wrong.length > 0) && (
          <p className={classes.quiet} role="status">
            {[
              ...query.missing.map((number) => `${model} has no version ${number}.`),
              ...wrong.map((each) => `“${each}” is not a version number.`),
            ].join(" ")}
          </p>
        )}
        {query.error ? (
          <ErrorState error={query.error} retry={query.refetch} />
        ) : list.error ? (
          <ErrorState error={list.error} retry={list.refetch} />
        ) : numbers.length === query.missing.length && list.data ? (
          <EmptyState icon={IconGitCompare} title="Choose versions to compare">
            Their metrics, learning curves, configs and data stand side by side here.
          </EmptyState>
        ) : query.data && numbers.length > query.missing.length ? (
          <Comparison project={project} comparison={query.data} />
        ) : (
          <Skeleton height={320} />
        )}
      </div>
    </Page>
  );
}

function Comparison({ project, comparison }: { project: string; comparison: VersionComparison }) {
  const { versions, configs } = comparison;
  return (
    <>
      <Section title="Versions">
        <ComparedFacts project={project} versions={versions} />
      </Section>
      <Section title="Metrics">
        <ComparedMetrics project={project} versions={versions} />
      </Section>
      <ComparedCurves project={project} versions={versions} />
      <ComparedConfigs versions={versions} configs={configs} />
    </>
  );
}
