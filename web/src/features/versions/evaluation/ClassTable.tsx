import type { ClassSummary } from "@/api/types";
import { formatCount, formatNumber } from "@/lib/format";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { Section } from "@/ui/Section";
import classes from "./Evaluation.module.css";

/** Each class against the rest. */
export function ClassTable({ summaries }: { summaries: ClassSummary[] }) {
  return (
    <Section title="By class">
      <ScrollRegion className={classes.scroller} label="Measures by class">
        <table className={classes.classes}>
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col">Labeled</th>
              <th scope="col">Predicted</th>
              <th scope="col">Precision</th>
              <th scope="col">Recall</th>
              <th scope="col">F1</th>
              <th scope="col">ROC AUC</th>
            </tr>
          </thead>
          <tbody>
            {summaries.map((summary) => (
              <tr key={summary.label}>
                <th scope="row">{summary.label}</th>
                <td>{formatCount(summary.labeled)}</td>
                <td>{formatCount(summary.predicted)}</td>
                <td>{formatNumber(summary.precision)}</td>
                <td>{formatNumber(summary.recall)}</td>
                <td>{formatNumber(summary.f1)}</td>
                <td>{formatNumber(summary.roc_auc)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Section>
  );
}
