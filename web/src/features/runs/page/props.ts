import type { Run } from "@/api/types";

/** What every part of a run's page is given. */
export interface RunProps {
  project: string;
  run: Run;
}
