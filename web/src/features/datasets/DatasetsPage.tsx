import { Page } from "@/ui/Page";

export function DatasetsPage() {
  return (
    <Page title="Datasets">
      <p>Datasets</p>
    </Page>
  );
}
