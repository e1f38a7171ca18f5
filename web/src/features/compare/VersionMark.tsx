import { useChartTheme, versionColor } from "@/ui/chart/theme";
import { LineMark } from "@/ui/compared/LineMark";
import { isDashed } from "./marks";

/** A version's number with the line it has in all charts of the page. */
export function VersionMark({ number, among }: { number: number; among: number[] }) {
  const theme = useChartTheme();
  return (
    <LineMark color={versionColor(theme, number)} dashed={isDashed(number, among)}>
      <span className="tabular">#{number}</span>
    </LineMark>
  );
}
