import { Button, Skeleton } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isNotFound } from "@/api/errors";
import type { ExplanationReport } from "@/api/types";
import { explanationQuery } from "@/api/versions";
import { formatNumber, formatShare, plural } from "@/lib/format";
import { Content, Section } from "@/ui/Section";
import { EmptyState, ErrorState } from "@/ui/States";
import { whenThere } from "../actions/state";
import type { TabProps } from "../tab";
import classes from "./Explain.module.css";

const FIRST = 20;

export function ExplainTab({ project, version }: TabProps) {
  const { model, number, status } = version;
  const query = useQuery(explanationQuery({ project, model, number }));
  if (query.data) return <Report report={query.data} target={version.target} />;
  if (query.error && !isNotFound(query.error)) return <ErrorState error={query.error} retry={query.refetch} />;
  if (query.error) {
    return (
      <EmptyState icon={IconChartBar} title="No explanation">
        {whenThere(status, "Explaining")}
      </EmptyState>
    );
  }
  return (
    <Content>
      <Skeleton height={320} />
    </Content>
  );
}

const METHODS: Record<ExplanationReport["method"], string> = {
  shap: "SHAP values",
  permutation: "Permutation importance",
};

function Report({ report, target }: { report: ExplanationReport; target: string | null }) {
  const [all, setAll] = useState(false);
  const { features } = report;
  const shown = all ? features : features.slice(0, FIRST);
  const most = Math.max(...features.map(({ importance }) => importance), Number.EPSILON);
  return (
    <Content>
      <Section title="Feature importance">
        <p className={classes.method}>
          <strong>{METHODS[report.method]}</strong> over {plural(report.row_count, "row")} of the test split: which
          columns move the prediction{target && ` of ${target}`}. {report.description}
        </p>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col">Share</th>
              <th scope="col">
                <span className={classes.hidden}>Bar</span>
              </th>
              <th scope="col">Importance</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ feature, importance, share }) => (
              <tr key={feature}>
                <th scope="row" title={feature}>
                  {feature}
                </th>
                <td>{formatShare(share, 1)}</td>
                <td className={classes.track}>
                  <span style={{ width: `${(100 * importance) / most}%` }} />
                </td>
                <td className={classes.quiet}>{formatNumber(importance)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {features.length > FIRST && (
          <Button variant="default" mt="sm" onClick={() => setAll(!all)}>
            {all ? `Show the first ${FIRST}` : `Show all ${features.length}`}
          </Button>
        )}
      </Section>
    </Content>
  );
}
