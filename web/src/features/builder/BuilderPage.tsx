import { Page } from "@/ui/Page";

export function BuilderPage() {
  return (
    <Page title="New version">
      <p>New version</p>
    </Page>
  );
}
