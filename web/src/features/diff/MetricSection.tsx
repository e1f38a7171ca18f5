import type { MetricDiff } from "@/api/types";
import { formatNumber, metricTitle } from "@/lib/format";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { Section } from "@/ui/Section";
import classes from "./Diff.module.css";
import { Verdict } from "./Verdict";

export function MetricSection({ metrics, names }: { metrics: MetricDiff[]; names: [before: string, after: string] }) {
  return (
    <Section title="Metrics">
      {metrics.length === 0 ? (
        <p className={classes.quiet}>Neither has a metric.</p>
      ) : (
        <ScrollRegion label="Metrics of both versions" className={classes.scroller}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Metric</th>
                <th scope="col">Split</th>
                <th scope="col">{names[0]}</th>
                <th scope="col">{names[1]}</th>
                <th scope="col">Difference</th>
              </tr>
            </thead>
            <tbody>
              {metrics.map((diff) => (
                <tr key={`${diff.name} ${diff.split}`}>
                  <th scope="row">
                    {metricTitle(diff.name)}
                    <span className={classes.direction}>{directionOf(diff)}</span>
                  </th>
                  <td>{diff.split ?? "–"}</td>
                  <td className="tabular">{formatNumber(diff.before)}</td>
                  <td className="tabular">{formatNumber(diff.after)}</td>
                  <td>
                    <Verdict diff={diff} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Section>
  );
}

const directionOf = ({ higher_is_better }: MetricDiff) =>
  higher_is_better == null ? "" : higher_is_better ? "higher is better" : "lower is better";
