import type { ColumnProfile } from "@/api/types";
import classes from "./Sparkline.module.css";

const WIDTH = 96;
const HEIGHT = 22;

/** The shape of a column in a few pixels: its histogram, or the shares of its most frequent values. */
export function Sparkline({ column }: { column: ColumnProfile }) {
  const counts =
    column.histogram.length > 0 ? column.histogram.map((bin) => bin.count) : column.top_values.map((top) => top.count);
  const most = Math.max(1, ...counts);
  const step = WIDTH / Math.max(counts.length, 1);
  const thin = Math.min(step, 14);
  return (
    <svg width={WIDTH} height={HEIGHT} className={classes.spark} aria-hidden="true">
      {counts.map((count, index) => {
        const height = count === 0 ? 0 : Math.max(1, (count / most) * HEIGHT);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity but their place.
            key={index}
            x={index * Math.min(step, thin + 2)}
            y={HEIGHT - height}
            width={Math.max(thin - 1, 1)}
            height={height}
            rx={0.5}
          />
        );
      })}
    </svg>
  );
}
