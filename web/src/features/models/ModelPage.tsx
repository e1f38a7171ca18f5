import { Page } from "@/ui/Page";

export function ModelPage() {
  return (
    <Page title="Model">
      <p>Model</p>
    </Page>
  );
}
