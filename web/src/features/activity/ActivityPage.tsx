import { Page } from "@/ui/Page";

export function ActivityPage() {
  return (
    <Page title="Activity">
      <p>Activity</p>
    </Page>
  );
}
