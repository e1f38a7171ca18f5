import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useMay } from "@/api/permissions";
import { projectQuery, serverQuery, useDeleteProject, useUpdateProject } from "@/api/projects";
import type { Project, ServerInfo } from "@/api/types";
import { WebhooksSection } from "@/features/webhooks/WebhooksSection";
import { pythonClient } from "@/lib/code";
import { CodeExamples } from "@/ui/CodeExamples";
import { DangerConfirm } from "@/ui/DangerConfirm";
import { InlineEdit } from "@/ui/InlineEdit";
import { HiddenWithout, Needs } from "@/ui/Needs";
import { Page } from "@/ui/Page";
import { Content, Facts, Section } from "@/ui/Section";
import { ErrorState } from "@/ui/States";
import { Time } from "@/ui/Time";
import { useShow } from "@/ui/table/useShow";
import classes from "./SettingsPage.module.css";

const route = getRouteApi("/p/$project/settings");

export function SettingsPage() {
  const { project: name } = route.useParams();
  const { webhook, state } = route.useSearch();
  const show = useShow<ReturnType<typeof route.useSearch>>();
  const project = useQuery(projectQuery(name));
  const may = useMay();
  const server = useQuery({ ...serverQuery(), enabled: may("server:info:read") === true });
  const update = useUpdateProject(name);
  return (
    <Page title="Settings" context={name}>
      {project.error ? (
        <ErrorState error={project.error} retry={project.refetch} />
      ) : (
        project.data && (
          <Content>
            <Section title="Project">
              <Facts
                items={[
                  ["Name", name],
                  ["Created", <Time key="created" at={project.data.created_at} />],
                  ["Last modified", <Time key="updated" at={project.data.updated_at} />],
                ]}
              />
              <div className={classes.description}>
                <InlineEdit
                  label="description of the project"
                  permission="project:settings:write"
                  value={project.data.description}
                  onSave={(text) => update.mutateAsync(text)}
                  multiline
                />
              </div>
            </Section>
            <HiddenWithout permission="project:webhooks:read">
              <WebhooksSection
                project={name}
                shown={{ webhook, state }}
                onShow={(shown) => show({ webhook: shown.webhook, state: shown.state })}
              />
            </HiddenWithout>
            <Section title="Use it from code">
              <CodeExamples examples={examples(name)} />
            </Section>
            {server.data && <Server server={server.data} />}
            <Delete project={project.data} />
          </Content>
        )
      )}
    </Page>
  );
}

function examples(project: string) {
  const url = window.location.origin;
  return [
    {
      label: "Python",
      code: `${pythonClient(project)}for model in client.models:\n    print(model.name)`,
    },
    { label: "CLI", code: `export MODELYARD_URL=${url}\nexport MODELYARD_PROJECT=${project}\nmodelyard models list` },
    { label: "curl", code: `curl ${url}/api/v1/projects/${project}/models` },
  ];
}

const ACCESS: Record<ServerInfo["authentication"], string> = {
  loopback: "This machine only",
  open: "Everyone who can reach it, without a login",
};

function Server({ server }: { server: ServerInfo }) {
  return (
    <Section title="Server">
      <Facts
        items={[
          ["Version", server.version],
          ["Database", server.database === "sqlite" ? "SQLite" : "PostgreSQL"],
          ["Storage", { local: "Local folder", s3: "S3-compatible", memory: "Memory" }[server.storage]],
          ["Open to", ACCESS[server.authentication]],
        ]}
      />
    </Section>
  );
}

function Delete({ project }: { project: Project }) {
  const [opened, { open, close }] = useDisclosure(false);
  const remove = useDeleteProject(project.name);
  const navigate = useNavigate();
  const isDefault = project.name === "default";
  return (
    <Section title="Delete project">
      <div className={classes.danger}>
        <span>
          {isDefault
            ? "The default project always exists and cannot be deleted."
            : "Deletes the project. What it holds must be deleted first: models, datasets and experiments."}
        </span>
        <Needs permission="project:settings:delete">
          <Button color="red.8" variant="outline" onClick={open} disabled={isDefault} className={classes.delete}>
            Delete project…
          </Button>
        </Needs>
      </div>
      <DangerConfirm
        opened={opened}
        onClose={close}
        title={`Delete ${project.name}?`}
        losses={[
          "the project with its description",
          "its webhooks and evaluation datasets",
          "the record of its activity",
        ]}
        name={project.name}
        verb="Delete project"
        onConfirm={async () => {
          await remove.mutateAsync();
          await navigate({ to: "/projects" });
        }}
      />
    </Section>
  );
}
