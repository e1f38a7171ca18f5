import { useNavigate } from "@tanstack/react-router";
import type { VersionSummary } from "@/api/types";
import { useRetrainVersion } from "@/api/versions";
import { notifyDone, notifyError } from "@/ui/notify";
import { referenceOf } from "./state";

/** Trains a new version with the config of this one, and goes to its page. */
export function useRetrain(project: string, version: VersionSummary) {
  const { model, number } = version;
  const mutation = useRetrainVersion({ project, model, number });
  const navigate = useNavigate();
  const retrain = () =>
    mutation.mutate(undefined, {
      onError: (error) => notifyError(`${referenceOf(version)} was not retrained`, error),
      onSuccess: (made) => {
        notifyDone(`${referenceOf(made)} trains with the config of #${number}.`);
        navigate({
          to: "/p/$project/models/$model/versions/$number",
          params: { project, model, number: made.number },
        });
      },
    });
  return { retrain, isPending: mutation.isPending };
}
