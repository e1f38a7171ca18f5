import type { Model } from "@/api/types";

const BY_OUTPUT = {
  binary: ["roc_auc", "accuracy", "f1", "precision", "recall", "average_precision", "log_loss"],
  category: ["accuracy", "roc_auc", "f1", "precision", "recall", "log_loss"],
  number: ["mean_squared_error", "root_mean_squared_error", "mean_absolute_error", "r2"],
};

/** The metrics that a model's versions can be ranked by. */
export function metricChoices(model: Model): string[] {
  const type = model.latest_version?.output_type;
  const names = type ? BY_OUTPUT[type] : [...new Set(Object.values(BY_OUTPUT).flat())];
  const chosen = model.default_metric;
  return chosen && !names.includes(chosen) ? [chosen, ...names] : names;
}
