import { Page } from "@/ui/Page";

export function EnginesPage() {
  return (
    <Page title="Engines">
      <p>Engines</p>
    </Page>
  );
}
