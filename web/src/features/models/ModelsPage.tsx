import { Page } from "@/ui/Page";

export function ModelsPage() {
  return (
    <Page title="Model Repositories">
      <p>Model Repositories</p>
    </Page>
  );
}
