import { useChartTheme, versionColor } from "@/ui/chart/theme";
import classes from "./Compare.module.css";
import { isDashed } from "./marks";

/** A version's number with the line it has in all charts of the page. */
export function VersionMark({ number, among }: { number: number; among: number[] }) {
  const theme = useChartTheme();
  return (
    <span className={classes.mark}>
      <span
        className={classes.swatch}
        style={{ borderTop: `3px ${isDashed(number, among) ? "dashed" : "solid"} ${versionColor(theme, number)}` }}
        aria-hidden
      />
      <span className="tabular">#{number}</span>
    </span>
  );
}
