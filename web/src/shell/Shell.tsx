import { ActionIcon, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMenu2, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useMatches, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { isNotFound } from "@/api/errors";
import { MayContext, useMay, useMayIn } from "@/api/permissions";
import { projectQuery } from "@/api/projects";
import { KeysDialog } from "@/features/search/KeysDialog";
import { openSearch, SearchBox } from "@/features/search/SearchBox";
import { useHelpKey } from "@/features/search/useHelpKey";
import { useStored } from "@/lib/stored";
import { NotAllowed } from "@/ui/NotAllowed";
import { Page, SkipLink } from "@/ui/Page";
import { ConnectionBanner } from "./ConnectionBanner";
import { forgetProject, rememberProject } from "./lastProject";
import { NoProject } from "./NoProject";
import classes from "./Shell.module.css";
import { Sidebar } from "./Sidebar";

/** The frame around every page of a project. */
export function Shell() {
  const { project } = useParams({ from: "/p/$project" });
  const [folded, setFolded] = useStored("sidebar.folded", false);
  const info = useQuery(projectQuery(project));
  const missing = isNotFound(info.error);
  useEffect(() => {
    if (missing) forgetProject();
    else if (info.isSuccess) rememberProject(project);
  }, [missing, info.isSuccess, project]);
  const [drawer, { open, close }] = useDisclosure(false);
  const [keys, { open: openKeys, close: closeKeys }] = useDisclosure(false);
  useHelpKey(openKeys);
  const may = useMayIn(project);
  return (
    <MayContext value={may}>
      <div className={classes.shell}>
        <SkipLink />
        <aside className={classes.side} data-folded={folded || undefined}>
          <Sidebar project={project} folded={folded} onFold={() => setFolded(!folded)} openKeys={openKeys} />
        </aside>
        <header className={classes.narrow}>
          <ActionIcon aria-label="Open navigation" onClick={open} size={32}>
            <IconMenu2 size={18} />
          </ActionIcon>
          <span className="truncate">{project}</span>
          <ActionIcon aria-label="Search" onClick={openSearch} size={32}>
            <IconSearch size={18} />
          </ActionIcon>
        </header>
        <Drawer.Root opened={drawer} onClose={close} size={280}>
          <Drawer.Overlay />
          <Drawer.Content aria-label="Navigation">
            <Sidebar project={project} folded={false} onNavigate={close} openKeys={openKeys} />
          </Drawer.Content>
        </Drawer.Root>
        <main id="main" tabIndex={-1} className={classes.main}>
          <ConnectionBanner />
          <div className={classes.page}>{missing ? <NoProject name={project} /> : <Allowed project={project} />}</div>
        </main>
        <SearchBox project={project} openKeys={openKeys} />
        <KeysDialog opened={keys} onClose={closeKeys} />
      </div>
    </MayContext>
  );
}

/** The page, or why the caller may not see it. */
function Allowed({ project }: { project: string }) {
  const permission = useMatches({ select: (matches) => matches.at(-1)?.staticData.permission });
  const may = useMay();
  if (!permission || may(permission) !== false) return <Outlet />;
  return (
    <Page title="Permission needed" context={project}>
      <NotAllowed permission={permission} />
    </Page>
  );
}
