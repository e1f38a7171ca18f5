import { Page } from "@/ui/Page";

export function ComparePage() {
  return (
    <Page title="Compare">
      <p>Compare</p>
    </Page>
  );
}
