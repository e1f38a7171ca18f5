import { Page } from "@/ui/Page";

export function VersionPage() {
  return (
    <Page title="Version">
      <p>Version</p>
    </Page>
  );
}
