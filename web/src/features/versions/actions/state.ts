import type { VersionSummary } from "@/api/types";

/** `iris/3`: the name of a version in one word. */
export const referenceOf = ({ model, number }: Pick<VersionSummary, "model" | "number">) => `${model}/${number}`;

/** Whether there is a model that can be downloaded and asked. */
export const isUsable = (status: string) => ["Ready", "Deploying", "Deployed", "Undeploying"].includes(status);

const COUNTED = new Set(["Queued", "Preprocessing", "Training", "Evaluating"]);

/** Whether the step that a version is in counts towards its duration. */
export const isCounted = (status: string) => COUNTED.has(status);
