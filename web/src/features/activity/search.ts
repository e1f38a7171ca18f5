import { oneOf, optional, type RawSearch, text, texts } from "@/lib/search";

/** What the record is of, in the order in which one chooses. */
export const KINDS = {
  model: "Models",
  version: "Versions",
  dataset: "Datasets",
  experiment: "Experiments",
  run: "Runs",
  logged_model: "Logged models",
  trace: "Traces",
  evaluation_dataset: "Evaluation datasets",
  import: "Imports",
  webhook: "Webhooks",
  project: "Projects",
};

const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];

export const activitySearch = (raw: RawSearch) =>
  optional({ kind: oneOf(raw.kind, NAMES), name: text(raw.name), columns: texts(raw.columns) });
