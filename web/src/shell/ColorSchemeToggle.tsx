import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";

const NEXT: Record<MantineColorScheme, MantineColorScheme> = { auto: "light", light: "dark", dark: "auto" };
const LABELS: Record<MantineColorScheme, string> = { auto: "as the system", light: "light", dark: "dark" };
const ICONS = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon };

export function ColorSchemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = ICONS[colorScheme];
  const label = `Theme: ${LABELS[colorScheme]}. Switch to ${LABELS[NEXT[colorScheme]]}.`;
  return (
    <Tooltip label={label} position="right">
      <ActionIcon aria-label={label} onClick={() => setColorScheme(NEXT[colorScheme])}>
        <Icon size={17} />
      </ActionIcon>
    </Tooltip>
  );
}
