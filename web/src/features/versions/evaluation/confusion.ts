import type { ConfusionMatrix } from "@/api/types";

export type Mode = "counts" | "share" | "probability";

export interface Cell {
  row: number;
  column: number;
  /** What is shown; null where there is nothing to tell, such as a share of no rows. */
  value: number | null;
  /** How strongly the cell is filled, 0 to 1: always within its row, so that small classes are seen too. */
  strength: number;
}

/** The cells of a confusion matrix as counts, as shares of the actual class, or as mean predicted probabilities. */
export function cellsOf(matrix: ConfusionMatrix, mode: Mode): Cell[] {
  const source: (number | string)[][] = mode === "probability" ? matrix.mean_probabilities : matrix.counts;
  return source.flatMap((values, row) => {
    const numbers = values.map(Number);
    const total = numbers.reduce((sum, value) => sum + (Number.isFinite(value) ? value : 0), 0);
    return numbers.map((number, column) => {
      const share = total > 0 && Number.isFinite(number) ? number / total : null;
      const value = mode === "share" ? share : Number.isFinite(number) ? number : null;
      const strength = mode === "probability" ? (value ?? 0) : (share ?? 0);
      return { row, column, value, strength: Math.min(Math.max(strength, 0), 1) };
    });
  });
}

export function rowTotals(matrix: ConfusionMatrix): number[] {
  return matrix.counts.map((counts) => counts.reduce((sum, count) => sum + count, 0));
}
