import { Menu, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCheck, IconFolders, IconPlus, IconSelector } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { projectsQuery } from "@/api/projects";
import { CreateProject } from "@/features/projects/CreateProject";
import { HiddenWithout } from "@/ui/Needs";
import classes from "./ProjectSwitcher.module.css";

/** As in the icon of the page, without a request of its own. */
function Logo() {
  return (
    <svg viewBox="0 0 32 32" width={22} height={22} aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0f5c66" />
      <path
        d="M7 23V11l9 6 9-6v12"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      <circle cx="16" cy="8.6" r="2.2" fill="#f2b34b" />
    </svg>
  );
}

interface Props {
  project: string;
  folded: boolean;
  onNavigate?: () => void;
}

export function ProjectSwitcher({ project, folded, onNavigate }: Props) {
  const [opened, setOpened] = useState(false);
  // The list is fetched when somebody is about to look at it.
  const projects = useQuery({ ...projectsQuery(), enabled: opened });
  const [creating, { open, close }] = useDisclosure(false);
  return (
    <>
      <Menu width={220} position="bottom-start" opened={opened} onChange={setOpened}>
        <Menu.Target>
          <UnstyledButton className={classes.target} aria-label={`Project ${project}. Switch project.`}>
            <Logo />
            {!folded && (
              <>
                <span className="truncate">{project}</span>
                <IconSelector size={15} className={classes.quiet} aria-hidden />
              </>
            )}
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Projects</Menu.Label>
          <div className={classes.list}>
            {projects.data?.map(({ name }) => (
              <Menu.Item
                key={name}
                renderRoot={(props) => <Link to="/p/$project/models" params={{ project: name }} {...props} />}
                rightSection={name === project ? <IconCheck size={14} aria-label="current" /> : null}
                onClick={onNavigate}
              >
                {name}
              </Menu.Item>
            ))}
          </div>
          <Menu.Divider />
          <Menu.Item renderRoot={(props) => <Link to="/projects" {...props} />} leftSection={<IconFolders size={15} />}>
            All projects
          </Menu.Item>
          <HiddenWithout permission="server:projects:create">
            <Menu.Item leftSection={<IconPlus size={15} />} onClick={open}>
              New project
            </Menu.Item>
          </HiddenWithout>
        </Menu.Dropdown>
      </Menu>
      <CreateProject opened={creating} onClose={close} />
    </>
  );
}
