import { ActionIcon, Kbd, Tooltip, UnstyledButton } from "@mantine/core";
import {
  IconActivity,
  IconBox,
  IconDatabase,
  IconFlask,
  IconKeyboard,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconMessage2,
  type IconProps,
  IconSearch,
  IconServer2,
  IconSettings,
} from "@tabler/icons-react";
import { Link, useMatchRoute } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useMay } from "@/api/permissions";
import type { Permission } from "@/api/types";
import { openSearch } from "@/features/search/SearchBox";
import { ColorSchemeToggle } from "./ColorSchemeToggle";
import { ProjectSwitcher } from "./ProjectSwitcher";
import classes from "./Sidebar.module.css";

const PAGES = [
  { to: "/p/$project/models", label: "Models", permission: "project:models:read", icon: IconBox },
  { to: "/p/$project/datasets", label: "Datasets", permission: "project:datasets:read", icon: IconDatabase },
  { to: "/p/$project/experiments", label: "Experiments", permission: "project:experiments:read", icon: IconFlask },
  { to: "/p/$project/prompts", label: "Prompts", permission: "project:models:read", icon: IconMessage2 },
  { to: "/p/$project/engines", label: "Engines", permission: "server:engines:read", icon: IconServer2 },
  { to: "/p/$project/activity", label: "Activity", permission: "project:activity:read", icon: IconActivity },
  { to: "/p/$project/settings", label: "Settings", permission: "project:project:read", icon: IconSettings },
] as const satisfies { to: string; label: string; permission: Permission; icon: ComponentType<IconProps> }[];

interface Props {
  project: string;
  folded: boolean;
  onFold?: () => void;
  onNavigate?: () => void;
  openKeys: () => void;
}

export function Sidebar({ project, folded, onFold, onNavigate, openKeys }: Props) {
  const may = useMay();
  const matches = useMatchRoute();
  // What is logged in experiments has addresses of its own, because it may be of several.
  const inRuns = (
    ["/p/$project/runs", "/p/$project/traces/$trace", "/p/$project/evaluation-datasets/$dataset"] as const
  ).some((to) => matches({ to, params: { project }, fuzzy: true }));
  return (
    <div className={classes.sidebar} data-folded={folded || undefined}>
      <ProjectSwitcher project={project} folded={folded} onNavigate={onNavigate} />
      <UnstyledButton
        className={classes.search}
        aria-label="Search"
        onClick={() => {
          onNavigate?.();
          openSearch();
        }}
      >
        <IconSearch size={16} aria-hidden />
        {!folded && (
          <>
            <span>Search</span>
            <Kbd size="xs" ff="inherit">
              Ctrl K
            </Kbd>
          </>
        )}
      </UnstyledButton>
      <nav aria-label="Main" className={classes.nav}>
        {PAGES.filter(({ permission }) => may(permission) !== false).map(({ to, label, icon: Icon }) => (
          <Tooltip key={to} label={label} position="right" disabled={!folded}>
            <Link
              to={to}
              params={{ project }}
              className={classes.link}
              aria-label={label}
              data-runs={(label === "Experiments" && inRuns) || undefined}
              onClick={onNavigate}
            >
              <Icon size={17} stroke={1.7} aria-hidden />
              {!folded && <span>{label}</span>}
            </Link>
          </Tooltip>
        ))}
      </nav>
      <div className={classes.foot}>
        <ColorSchemeToggle />
        <Tooltip label="Keyboard shortcuts (?)" position="right">
          <ActionIcon
            onClick={() => {
              onNavigate?.();
              openKeys();
            }}
            aria-label="Keyboard shortcuts"
          >
            <IconKeyboard size={17} />
          </ActionIcon>
        </Tooltip>
        {!folded && <span className={classes.version}>v{__VERSION__}</span>}
        {onFold && (
          <Tooltip label={folded ? "Unfold navigation" : "Fold navigation"} position="right">
            <ActionIcon onClick={onFold} aria-label={folded ? "Unfold navigation" : "Fold navigation"}>
              {folded ? <IconLayoutSidebarLeftExpand size={17} /> : <IconLayoutSidebarLeftCollapse size={17} />}
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </div>
  );
}
