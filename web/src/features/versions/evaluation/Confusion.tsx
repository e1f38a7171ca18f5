import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { ConfusionMatrix } from "@/api/types";
import { formatCount, formatNumber, formatShare } from "@/lib/format";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { Section } from "@/ui/Section";
import classes from "./Confusion.module.css";
import { type Cell, cellsOf, type Mode, rowTotals } from "./confusion";

const MODES: { value: Mode; label: string }[] = [
  { value: "counts", label: "Counts" },
  { value: "share", label: "Row share" },
  { value: "probability", label: "Mean probability" },
];

const EXPLAINED: Record<Mode, string> = {
  counts: "How many rows of each actual class were predicted as each class.",
  share: "Of the rows of each actual class, which share was predicted as each class.",
  probability: "The mean probability that the model gave to each class, over the rows of each actual class.",
};

/** Rows are actual classes, columns predicted ones; a table, so that it can be read out and copied. */
export function Confusion({ matrix }: { matrix: ConfusionMatrix }) {
  const [mode, setMode] = useState<Mode>("counts");
  const { labels } = matrix;
  const cells = cellsOf(matrix, mode);
  const totals = rowTotals(matrix);
  return (
    <Section
      title="Confusion matrix"
      aside={
        <SegmentedControl
          aria-label="What the matrix shows"
          data={MODES}
          value={mode}
          onChange={(value) => setMode(value as Mode)}
        />
      }
    >
      <p className={classes.explained}>{EXPLAINED[mode]}</p>
      <ScrollRegion className={classes.scroller} label="Matrix">
        <table className={classes.matrix}>
          <thead>
            <tr>
              <td className={classes.corner}>actual ↓ predicted →</td>
              {labels.map((label) => (
                <th key={label} scope="col" title={label}>
                  {label}
                </th>
              ))}
              <th scope="col" className={classes.total}>
                rows
              </th>
            </tr>
          </thead>
          <tbody>
            {labels.map((label, row) => (
              <tr key={label}>
                <th scope="row" title={label}>
                  {label}
                </th>
                {cells
                  .filter((cell) => cell.row === row)
                  .map((cell) => (
                    <MatrixCell key={cell.column} cell={cell} mode={mode} />
                  ))}
                <td className={classes.total}>{formatCount(totals[row] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Section>
  );
}

function MatrixCell({ cell, mode }: { cell: Cell; mode: Mode }) {
  const { row, column, value, strength } = cell;
  return (
    <td
      className={classes.cell}
      data-right={row === column || undefined}
      data-strong={strength > 0.5 || undefined}
      style={{ "--strength": `${Math.round(strength * 100)}%` } as React.CSSProperties}
    >
      {value === null
        ? "–"
        : mode === "counts"
          ? formatCount(value)
          : mode === "share"
            ? formatShare(value, 1)
            : formatNumber(value)}
    </td>
  );
}
