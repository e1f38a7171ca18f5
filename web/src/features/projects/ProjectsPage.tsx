import { Page } from "@/ui/Page";

export function ProjectsPage() {
  return (
    <Page title="Projects">
      <p>Projects</p>
    </Page>
  );
}
