import { useCallback, useMemo } from "react";
import type { SplitReport } from "@/api/types";
import { Chart } from "@/ui/chart/Chart";
import type { ChartTheme } from "@/ui/chart/theme";
import { calibrationOption, precisionRecallOption, rocOption } from "./classOptions";
import classes from "./Evaluation.module.css";

const HEIGHT = 300;

/** ROC, precision-recall and calibration of one split. */
export function ClassCharts({ report }: { report: SplitReport }) {
  const roc = report.roc ?? [];
  const precisionRecall = report.precision_recall ?? [];
  const calibration = report.calibration ?? [];
  const rocChart = useCallback((theme: ChartTheme) => rocOption(theme, roc), [roc]);
  const prChart = useCallback((theme: ChartTheme) => precisionRecallOption(theme, precisionRecall), [precisionRecall]);
  const calibrationChart = useCallback((theme: ChartTheme) => calibrationOption(theme, calibration), [calibration]);

  const rocData = useMemo(
    () => ({
      columns: ["false positive rate", "true positive rate", "threshold", "class"],
      rows: roc.flatMap((curve) =>
        curve.false_positive_rate.map((rate, index) => [
          rate,
          curve.true_positive_rate[index] ?? null,
          curve.thresholds[index] ?? null,
          curve.label,
        ]),
      ),
    }),
    [roc],
  );
  const prData = useMemo(
    () => ({
      columns: ["recall", "precision", "threshold", "class"],
      rows: precisionRecall.flatMap((curve) =>
        curve.recall.map((recall, index) => [
          recall,
          curve.precision[index] ?? null,
          curve.thresholds[index] ?? null,
          curve.label,
        ]),
      ),
    }),
    [precisionRecall],
  );
  const calibrationData = useMemo(
    () => ({
      columns: ["mean predicted probability", "observed frequency", "rows", "class"],
      rows: calibration.flatMap((curve) =>
        curve.predicted.map((predicted, index) => [
          predicted,
          curve.observed[index] ?? null,
          curve.counts[index] ?? null,
          curve.label,
        ]),
      ),
    }),
    [calibration],
  );

  return (
    <div className={classes.charts}>
      <Chart
        title="ROC (area under the curve)"
        option={rocChart}
        data={rocData}
        empty={roc.length === 0 ? "Needs rows of at least two classes in this split." : null}
        height={HEIGHT}
      />
      <Chart
        title="Precision-recall (average precision)"
        option={prChart}
        data={prData}
        empty={precisionRecall.length === 0 ? "Needs rows of at least two classes in this split." : null}
        height={HEIGHT}
      />
      <Chart
        title="Calibration"
        option={calibrationChart}
        data={calibrationData}
        empty={calibration.length === 0 ? "There are no probabilities to compare." : null}
        height={HEIGHT}
      />
    </div>
  );
}
