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
import type { Permission } from "@/api/types";

/** The pages of a project that the search box can go to, and what it takes to see them. */
export const PLACES = [
  { label: "Models", permission: "project:models:read", to: "/p/$project/models", icon: IconBox },
  { label: "Train a new model", permission: "project:models:train", to: "/p/$project/models/new", icon: IconSparkles },
  { label: "Datasets", permission: "project:datasets:read", to: "/p/$project/datasets", icon: IconDatabase },
  { label: "Experiments", permission: "project:experiments:read", to: "/p/$project/experiments", icon: IconFlask },
  { label: "Runs of all experiments", permission: "project:experiments:read", to: "/p/$project/runs", icon: IconTable },
  { label: "Prompts", permission: "project:models:read", to: "/p/$project/prompts", icon: IconMessage2 },
  { label: "Engines", permission: "server:engines:read", to: "/p/$project/engines", icon: IconServer2 },
  { label: "Activity", permission: "project:activity:read", to: "/p/$project/activity", icon: IconActivity },
  { label: "Settings", permission: "project:project:read", to: "/p/$project/settings", icon: IconSettings },
] as const satisfies { label: string; permission: Permission; to: string; icon: ComponentType<IconProps> }[];
