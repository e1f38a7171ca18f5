import { type ChartTheme, useChartTheme } from "@/ui/chart/theme";
import classes from "./CompareRuns.module.css";

/** The color of a compared run, by its place: the same in every view. */
export const colorOf = (theme: ChartTheme, index: number): string =>
  theme.palette[index % theme.palette.length] as string;

/** Ten colors repeat, so every second ten is drawn dashed. */
export const isDashed = (index: number): boolean => Math.floor(index / 10) % 2 === 1;

/** A run's name with the line it has in all views of a comparison. */
export function RunMark({ name, index }: { name: string; index: number }) {
  const theme = useChartTheme();
  return (
    <span className={classes.mark}>
      <span
        className={classes.swatch}
        style={{ borderTop: `3px ${isDashed(index) ? "dashed" : "solid"} ${colorOf(theme, index)}` }}
        aria-hidden
      />
      <span className="truncate">{name}</span>
    </span>
  );
}
