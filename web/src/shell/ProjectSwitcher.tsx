import { Menu, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCheck, IconFolders, IconPlus, IconSelector } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { projectsQuery } from "@/api/projects";
import { CreateProject } from "@/features/projects/CreateProject";
import classes from "./ProjectSwitcher.module.css";

interface Props {
  project: string;
  folded: boolean;
  onNavigate?: () => void;
}

export function ProjectSwitcher({ project, folded, onNavigate }: Props) {
  const projects = useQuery(projectsQuery());
  const [creating, { open, close }] = useDisclosure(false);
  return (
    <>
      <Menu width={220} position="bottom-start">
        <Menu.Target>
          <UnstyledButton className={classes.target} aria-label={`Project ${project}. Switch project.`}>
            <img src="/icon.svg" alt="" width={22} height={22} />
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
          <Menu.Item leftSection={<IconPlus size={15} />} onClick={open}>
            New project
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <CreateProject opened={creating} onClose={close} />
    </>
  );
}
