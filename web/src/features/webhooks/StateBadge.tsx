import type { DeliveryState } from "@/api/webhooks";
import { StatusBadge } from "@/ui/StatusBadge";

const WORDS: Record<DeliveryState, string> = { waiting: "Waiting", delivered: "Delivered", failed: "Failed" };

export function StateBadge({ state }: { state: DeliveryState }) {
  return <StatusBadge status={WORDS[state]} />;
}
