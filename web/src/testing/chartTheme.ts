import type { ChartTheme } from "@/ui/chart/theme";

/** Colors that are told apart at a glance. */
export const chartTheme: ChartTheme = {
  dark: false,
  ink: "black",
  quiet: "gray",
  line: "silver",
  canvas: "white",
  accent: "teal",
  good: "green",
  bad: "red",
  palette: ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"],
};
