import { Page } from "@/ui/Page";

export function DatasetPage() {
  return (
    <Page title="Dataset">
      <p>Dataset</p>
    </Page>
  );
}
