import { Button } from "@mantine/core";
import { IconFolderOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Page } from "@/ui/Page";
import { EmptyState } from "@/ui/States";

export function NoProject({ name }: { name: string }) {
  return (
    <Page title="Project not found">
      <EmptyState
        icon={IconFolderOff}
        title={`There is no project named “${name}”`}
        action={
          <Button variant="default" renderRoot={(props) => <Link to="/projects" {...props} />}>
            All projects
          </Button>
        }
      >
        It may have been deleted, or its name was mistyped.
      </EmptyState>
    </Page>
  );
}
