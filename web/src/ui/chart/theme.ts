import { useComputedColorScheme } from "@mantine/core";

export interface ChartTheme {
  dark: boolean;
  ink: string;
  quiet: string;
  line: string;
  canvas: string;
  accent: string;
  good: string;
  bad: string;
  /** Told apart by people who see colors differently too; ten, then they repeat. */
  palette: string[];
}

const LIGHT: ChartTheme = {
  dark: false,
  ink: "#171b20",
  quiet: "#586370",
  line: "#e5e8eb",
  canvas: "#ffffff",
  accent: "#0f6772",
  good: "#1a7437",
  bad: "#b42318",
  palette: [
    "#0f6772",
    "#d97706",
    "#6d4ac4",
    "#c2356b",
    "#3b7dd8",
    "#5b8c1e",
    "#9a4f1c",
    "#12a08c",
    "#a14ab0",
    "#5f6b78",
  ],
};

const DARK: ChartTheme = {
  dark: true,
  ink: "#e4e8ec",
  quiet: "#9da7b1",
  line: "#272e35",
  canvas: "#111519",
  accent: "#52b1bb",
  good: "#4cc26b",
  bad: "#ff8a80",
  palette: [
    "#52b1bb",
    "#f0a93b",
    "#a48bf0",
    "#f0749e",
    "#6cb0ff",
    "#9ccb52",
    "#d9905c",
    "#3fd0b8",
    "#d18be0",
    "#9da7b1",
  ],
};

export function useChartTheme(): ChartTheme {
  return useComputedColorScheme("light") === "dark" ? DARK : LIGHT;
}

/** The color of a version: the same in every chart of a page, whatever else is shown beside it. */
export function versionColor(theme: ChartTheme, number: number): string {
  return theme.palette[(number - 1 + theme.palette.length * 1_000) % theme.palette.length] as string;
}

/** The colors of the three splits, everywhere the same. */
export function splitColor(theme: ChartTheme, split: string | null): string {
  const index = ["train", "validation", "test"].indexOf(split ?? "");
  return theme.palette[index < 0 ? 9 : ([0, 1, 2][index] ?? 9)] as string;
}
