import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const petrol: MantineColorsTuple = [
  "#ecf7f8",
  "#d5ecee",
  "#aad9de",
  "#7bc4cc",
  "#52b1bb",
  "#2f98a4",
  "#177e8b",
  "#0f6772",
  "#0c5560",
  "#08424b",
];

const gray: MantineColorsTuple = [
  "#f7f8f9",
  "#f0f2f4",
  "#e5e8eb",
  "#d6dade",
  "#c0c6cc",
  "#98a1aa",
  "#6b7580",
  "#4b545e",
  "#2f363d",
  "#171b20",
];

const dark: MantineColorsTuple = [
  "#e4e8ec",
  "#c3cad1",
  "#9da7b1",
  "#6f7a85",
  "#353d46",
  "#272e35",
  "#1a1f25",
  "#111519",
  "#0c0f12",
  "#080a0c",
];

export const theme = createTheme({
  colors: { petrol, gray, dark },
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 6 },
  black: "#171b20",
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono', ui-monospace, monospace",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "1.25rem", lineHeight: "1.4" }, h2: { fontSize: "1rem" }, h3: { fontSize: "0.875rem" } },
  },
  defaultRadius: 6,
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 28 } },
    TextInput: { defaultProps: { size: "xs" } },
    NumberInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs", autosize: true, minRows: 2 } },
    Select: { defaultProps: { size: "xs", checkIconPosition: "right" } },
    MultiSelect: { defaultProps: { size: "xs" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Switch: { defaultProps: { size: "xs" } },
    Checkbox: { defaultProps: { size: "xs" } },
    Tabs: { defaultProps: { variant: "default" } },
    Tooltip: {
      defaultProps: { openDelay: 300, withArrow: false, fz: "xs", events: { hover: true, focus: true, touch: true } },
    },
    // Without the placeholder the first item has the focus; a menu may hold nothing but items.
    Menu: { defaultProps: { shadow: "md", position: "bottom-end", withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.35 },
        closeButtonProps: { "aria-label": "Close" },
      },
    },
  },
});

/** Mantine's quiet text colors are below the contrast that WCAG AA asks for; these are above it. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#586370",
    "--mantine-color-placeholder": "#66717d",
    "--mantine-color-default-border": "#d6dade",
    "--mantine-color-anchor": "#0f6772",
    "--mantine-color-error": "#b42318",
  },
  dark: {
    "--mantine-color-dimmed": "#9da7b1",
    "--mantine-color-placeholder": "#828d98",
    "--mantine-color-default-border": "#353d46",
    "--mantine-color-anchor": "#7bc4cc",
    "--mantine-color-error": "#ff8a80",
  },
});
