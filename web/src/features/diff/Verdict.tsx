import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import type { MetricDiff } from "@/api/types";
import { formatNumber } from "@/lib/format";
import classes from "./Diff.module.css";

const WORDS: Record<MetricDiff["verdict"], string> = {
  better: "better",
  worse: "worse",
  same: "same",
  within_noise: "within noise",
  unknown: "",
};

/** How far a metric moved; colored only where the difference is more than chance would make. */
export function Verdict({ diff }: { diff: MetricDiff }) {
  const { verdict, difference, margin, method } = diff;
  const told = verdict === "better" || verdict === "worse";
  const hint = margin != null ? `A difference below ${formatNumber(margin)} may be chance. ${method ?? ""}` : undefined;
  if (difference == null) return <span className={classes.quiet}>–</span>;
  return (
    <span className={classes.verdict} data-verdict={verdict} title={hint}>
      {told &&
        (difference > 0 ? <IconArrowUpRight size={14} aria-hidden /> : <IconArrowDownRight size={14} aria-hidden />)}
      {verdict !== "same" && (
        <span className="tabular">
          {difference > 0 ? "+" : difference < 0 ? "−" : ""}
          {formatNumber(Math.abs(difference))}
          {margin != null && <span className={classes.quiet}> ± {formatNumber(margin)}</span>}
        </span>
      )}
      {WORDS[verdict]}
    </span>
  );
}
