import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTrainVersion } from "@/api/training";
import type { DatasetVersion } from "@/api/types";
import { nameProblem } from "@/lib/names";
import type { Draft } from "./draft";
import type { RunSettings } from "./Run";

export interface Start {
  /** Whether the model still has no name, because it is a new one. */
  asksName: boolean;
  name: string;
  setName: (name: string) => void;
  nameProblem: string | null;
  error: unknown;
  pending: boolean;
  run: () => void;
}

interface Options {
  project: string;
  model: string | undefined;
  table: DatasetVersion;
  draft: Draft;
  parent: number | undefined;
  suggestion: string | undefined;
  settings: RunSettings;
}

/** Starts the training and goes to the page of its version. */
export function useStart({ project, model, table, draft, parent, suggestion, settings }: Options): Start {
  const [name, setName] = useState(model ?? table.dataset);
  const train = useTrainVersion(project);
  const navigate = useNavigate();
  const run = () =>
    train.mutate(
      {
        model: name,
        body: {
          config: draft.document.toJS() as Record<string, unknown>,
          dataset: table.dataset,
          dataset_version: table.number,
          parent,
          suggestion,
          ...settings,
        },
      },
      {
        onSuccess: (version) =>
          navigate({
            to: "/p/$project/models/$model/versions/$number",
            params: { project, model: version.model, number: version.number },
          }),
      },
    );
  return {
    asksName: model === undefined,
    name,
    setName,
    nameProblem: model === undefined ? nameProblem(name) : null,
    error: train.error,
    pending: train.isPending,
    run,
  };
}
