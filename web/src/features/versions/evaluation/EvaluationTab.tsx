import { SegmentedControl, Skeleton } from "@mantine/core";
import { IconChartDots3 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { isNotFound } from "@/api/errors";
import type { EvaluationReport, SplitReport } from "@/api/types";
import { evaluationQuery } from "@/api/versions";
import { formatNumber, metricTitle, plural } from "@/lib/format";
import { EmptyState, ErrorState } from "@/ui/States";
import { useShow } from "@/ui/table/useShow";
import { whenThere } from "../actions/state";
import type { TabProps } from "../tab";
import { ClassCharts } from "./ClassCharts";
import { ClassTable } from "./ClassTable";
import { Confusion } from "./Confusion";
import classes from "./Evaluation.module.css";
import { RegressionCharts } from "./RegressionCharts";

export function EvaluationTab({ project, version }: TabProps) {
  const { model, number, status } = version;
  const query = useQuery(evaluationQuery({ project, model, number }));
  if (query.data) return <Report report={query.data} />;
  if (query.error && !isNotFound(query.error)) return <ErrorState error={query.error} retry={query.refetch} />;
  if (query.error) {
    return (
      <EmptyState icon={IconChartDots3} title="No evaluation">
        {whenThere(status, "Evaluating")}
      </EmptyState>
    );
  }
  return (
    <div className={classes.tab}>
      <Skeleton height={96} />
      <Skeleton height={320} />
    </div>
  );
}

const route = getRouteApi("/p/$project/models/$model/versions/$number");

function Report({ report }: { report: EvaluationReport }) {
  const { split: chosen = "test" } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const shown = report.splits.find(({ split }) => split === chosen) ?? report.splits.at(-1);
  if (!shown) return <EmptyState icon={IconChartDots3} title="The evaluation is empty" />;
  return (
    <div className={classes.tab}>
      <div>
        <div className={classes.head}>
          <SegmentedControl
            aria-label="Split"
            data={report.splits.map(({ split }) => ({ value: split, label: split }))}
            value={shown.split}
            onChange={(next) => show({ split: next as typeof chosen })}
          />
          <span className={classes.quiet}>
            {plural(shown.row_count, "row")} the model{" "}
            {shown.split === "train" ? "was fitted on" : "did not learn from"}, at its best checkpoint
          </span>
        </div>
        <dl className={classes.cards}>
          {shown.metrics.map(({ name, value }) => (
            <div key={name} className={classes.card} data-main={name === report.default_metric || undefined}>
              <dt>{metricTitle(name)}</dt>
              <dd title={String(value)}>{formatNumber(value)}</dd>
            </div>
          ))}
        </dl>
      </div>
      <Charts key={shown.split} report={shown} />
    </div>
  );
}

function Charts({ report }: { report: SplitReport }) {
  if (report.regression) return <RegressionCharts regression={report.regression} />;
  return (
    <>
      <ClassCharts report={report} />
      <div className={classes.side}>
        {report.confusion && <Confusion matrix={report.confusion} />}
        {report.classes && report.classes.length > 0 && <ClassTable summaries={report.classes} />}
      </div>
    </>
  );
}
