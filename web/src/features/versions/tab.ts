import type { Version } from "@/api/types";

/** What every tab of a version's page is given. */
export interface TabProps {
  project: string;
  version: Version;
}
