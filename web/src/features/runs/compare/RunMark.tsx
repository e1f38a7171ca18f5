import { type ChartTheme, useChartTheme } from "@/ui/chart/theme";
import { LineMark } from "@/ui/compared/LineMark";

/** The color of a compared run, by its place: the same in every view. */
export const colorOf = (theme: ChartTheme, index: number): string =>
  theme.palette[index % theme.palette.length] as string;

/** Ten colors repeat, so every second ten is drawn dashed. */
export const isDashed = (index: number): boolean => Math.floor(index / 10) % 2 === 1;

/** A run's name with the line it has in all views of a comparison. */
export function RunMark({ name, index }: { name: string; index: number }) {
  const theme = useChartTheme();
  return (
    <LineMark color={colorOf(theme, index)} dashed={isDashed(index)}>
      <span className="truncate">{name}</span>
    </LineMark>
  );
}
