import { useQuery } from "@tanstack/react-query";
import { runModelsQuery } from "@/api/artifacts";

export const NO_MODEL = "No model was logged";

/** Whether a run has logged a model that can be registered; false while it is not known, or there is no run. */
export function useHasModels(project: string, run: string | undefined): boolean {
  const models = useQuery({ ...runModelsQuery(project, run ?? ""), enabled: run !== undefined });
  return run !== undefined && (models.data?.length ?? 0) > 0;
}
