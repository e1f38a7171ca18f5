import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { MayContext, useMayOnServer } from "@/api/permissions";
import { projectsQuery } from "@/api/projects";
import type { Project } from "@/api/types";
import { Needs } from "@/ui/Needs";
import { Page, SkipLink } from "@/ui/Page";
import { EmptyState } from "@/ui/States";
import { createdColumn, nameColumn, updatedColumn } from "@/ui/table/commonColumns";
import { DataTable } from "@/ui/table/DataTable";
import type { DataColumn } from "@/ui/table/types";
import { CreateProject } from "./CreateProject";
import classes from "./ProjectsPage.module.css";

/** All projects of the server. */
export function ProjectsPage() {
  const projects = useQuery(projectsQuery());
  const [creating, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const create = (
    <Needs permission="server:projects:create">
      <Button leftSection={<IconPlus size={15} />} onClick={open}>
        New project
      </Button>
    </Needs>
  );
  return (
    <MayContext value={useMayOnServer()}>
      <main id="main" tabIndex={-1} className={classes.main}>
        <SkipLink />
        <Page
          title="Projects"
          crumbs={[
            {
              key: "home",
              link: <Link to="/">Modelyard</Link>,
            },
          ]}
          actions={create}
          fill
        >
          <DataTable
            id="projects"
            label="Projects"
            columns={COLUMNS}
            rows={projects.data ?? NONE}
            rowId={(row) => row.name}
            loading={projects.isPending}
            error={projects.error}
            onRetry={projects.refetch}
            toolbar={null}
            onOpen={(row) => navigate({ to: "/p/$project/models", params: { project: row.name } })}
            empty={<EmptyState title="No projects" action={create} />}
            fill
          />
        </Page>
        <CreateProject opened={creating} onClose={close} />
      </main>
    </MayContext>
  );
}

const NONE: Project[] = [];

const COLUMNS: DataColumn<Project>[] = [
  nameColumn(
    ({ name }) => (
      <Link to="/p/$project/models" params={{ project: name }} className="text-link">
        {name}
      </Link>
    ),
    { sort: undefined },
  ),
  { id: "description", header: "Description", grow: true, cell: ({ description }) => description },
  createdColumn(),
  updatedColumn(),
];
