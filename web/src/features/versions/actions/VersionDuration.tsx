import type { VersionSummary } from "@/api/types";
import { Duration, Elapsed } from "@/ui/Time";
import { isCounted } from "./state";

/** How long a version took from the queue to its evaluation; ticking while it is on that way. */
export function VersionDuration({ version }: { version: VersionSummary }) {
  return isCounted(version.status) ? <Elapsed since={version.created_at} /> : <Duration ms={version.duration_ms} />;
}
