import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { historyQuery, type VersionPath } from "@/api/diff";
import type { HistoryStep } from "@/api/types";
import { Metric } from "@/ui/Metric";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { Section } from "@/ui/Section";
import { ErrorState } from "@/ui/States";
import { useSeen } from "@/ui/useSeen";
import classes from "./Diff.module.css";
import { Verdict } from "./Verdict";

/** How each change moved the metric, along the line of parents; asked for when it is on the screen. */
export function HistorySection({ path }: { path: VersionPath }) {
  const place = useRef<HTMLDivElement>(null);
  const enabled = useSeen(place);
  const query = useQuery({ ...historyQuery(path), enabled });
  return (
    <Section title="How each change moved the metric">
      <div ref={place}>
        {query.error ? (
          <ErrorState error={query.error} retry={query.refetch} />
        ) : !query.data ? (
          <p className={classes.quiet}>Loading…</p>
        ) : (
          <Steps path={path} steps={query.data.steps} truncated={query.data.truncated} />
        )}
      </div>
    </Section>
  );
}

function Steps({ path, steps, truncated }: { path: VersionPath; steps: HistoryStep[]; truncated: boolean }) {
  return (
    <ScrollRegion label="Changes along the line of parents" className={classes.scroller}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Changes</th>
            <th scope="col">Metric</th>
            <th scope="col">Moved</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.number}>
              <th scope="row">
                <Link
                  to="/p/$project/models/$model/versions/$number"
                  params={{ ...path, number: step.number }}
                  search={step.parent ? { tab: "diff", base: String(step.parent) } : { tab: "diff" }}
                  className="text-link tabular"
                >
                  #{step.number}
                </Link>
              </th>
              <td className={classes.why}>{changesOf(step)}</td>
              <td>
                <Metric metric={step.metric} withName />
              </td>
              <td>{step.compared ? <Verdict diff={step.compared} /> : <span className={classes.quiet}>–</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {truncated && <p className={classes.quiet}>There are more ancestors.</p>}
    </ScrollRegion>
  );
}

function changesOf({ changes, parent, skipped }: HistoryStep): string {
  if (parent === null) return "the first of this line";
  const between = skipped > 0 ? ` (${skipped} deleted between)` : "";
  return (changes.length > 0 ? changes.join("; ") : "nothing was changed") + between;
}
