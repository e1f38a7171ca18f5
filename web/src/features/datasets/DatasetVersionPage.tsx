import { Page } from "@/ui/Page";

export function DatasetVersionPage() {
  return (
    <Page title="Dataset version">
      <p>Dataset version</p>
    </Page>
  );
}
