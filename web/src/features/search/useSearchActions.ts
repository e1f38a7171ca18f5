import { useMantineColorScheme } from "@mantine/core";
import { IconBoxSeam, IconFolders, IconKeyboard, IconPalette, IconSparkles, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMay } from "@/api/permissions";
import { projectsQuery } from "@/api/projects";
import type { Permission } from "@/api/types";
import type { SearchResult } from "./useSearchResults";

interface Dialogs {
  openKeys: () => void;
  createModel: () => void;
}

/** Other words that people look for an action by. */
const ALSO: Record<string, string> = {
  upload: "csv parquet table data",
  train: "build new version",
  keys: "help keyboard",
};

const MAX_PROJECTS = 8;

/** What can be done from the search box, of that what the text is about. */
export function useSearchActions(project: string, q: string, { openKeys, createModel }: Dialogs): SearchResult[] {
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const projects = useQuery({ ...projectsQuery(), enabled: q !== "" });
  const may = useMay();
  const text = q.toLowerCase();
  const matches = ({ key, name }: SearchResult) => `${name} ${ALSO[key] ?? ""}`.toLowerCase().includes(text);

  const actions: (SearchResult & { permission?: Permission })[] = [
    {
      key: "upload",
      permission: "project:datasets:write",
      icon: IconUpload,
      name: "Upload a dataset",
      open: () => navigate({ to: "/p/$project/datasets", params: { project }, search: { upload: true } }),
    },
    {
      key: "train",
      permission: "project:models:train",
      icon: IconSparkles,
      name: "Train a new model",
      open: () => navigate({ to: "/p/$project/models/new", params: { project } }),
    },
    { key: "model", permission: "project:models:write", icon: IconBoxSeam, name: "New empty model", open: createModel },
    ...(["light", "dark", "auto"] as const)
      .filter((scheme) => scheme !== colorScheme)
      .map((scheme) => ({
        key: `theme ${scheme}`,
        icon: IconPalette,
        name: scheme === "auto" ? "Theme: as the system" : `Theme: ${scheme}`,
        open: () => setColorScheme(scheme),
      })),
    { key: "keys", icon: IconKeyboard, name: "Help: keyboard shortcuts", open: openKeys },
  ];
  const others: SearchResult[] = (projects.data ?? [])
    .filter(({ name }) => name !== project)
    .map(({ name }) => ({
      key: `project ${name}`,
      icon: IconFolders,
      name: `Switch to project ${name}`,
      open: () => navigate({ to: "/p/$project/models", params: { project: name } }),
    }));
  const all: SearchResult = {
    key: "projects",
    icon: IconFolders,
    name: "Switch project",
    open: () => navigate({ to: "/projects" }),
  };
  return [
    ...actions.filter(({ permission }) => !permission || may(permission)).filter(matches),
    ...[all].filter(matches),
    ...(text === "" ? [] : others.filter(matches).slice(0, MAX_PROJECTS)),
  ];
}
