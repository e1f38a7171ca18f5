import {
  IconActivity,
  IconBox,
  IconDatabase,
  IconFlask,
  IconMessage2,
  type IconProps,
  IconServer2,
  IconSettings,
  IconSparkles,
  IconTable,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

/** The pages of a project that the search box can go to. */
export const PLACES = [
  { label: "Models", to: "/p/$project/models", icon: IconBox },
  { label: "Train a new model", to: "/p/$project/models/new", icon: IconSparkles },
  { label: "Datasets", to: "/p/$project/datasets", icon: IconDatabase },
  { label: "Experiments", to: "/p/$project/experiments", icon: IconFlask },
  { label: "Runs of all experiments", to: "/p/$project/runs", icon: IconTable },
  { label: "Prompts", to: "/p/$project/prompts", icon: IconMessage2 },
  { label: "Engines", to: "/p/$project/engines", icon: IconServer2 },
  { label: "Activity", to: "/p/$project/activity", icon: IconActivity },
  { label: "Settings", to: "/p/$project/settings", icon: IconSettings },
] as const satisfies { label: string; to: string; icon: ComponentType<IconProps> }[];
