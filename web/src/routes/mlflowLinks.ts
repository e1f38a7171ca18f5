/**
 * Addresses that the MLflow client prints, and that people have kept from a server of MLflow whose content was
 * imported here: `/#/experiments/4/runs/0af3?workspace=fraud`.
 */
const LINKS: [RegExp, (parts: string[], search: URLSearchParams) => string][] = [
  [/^experiments\/\d+\/runs\/([^/]+)\/artifacts$/, ([run]) => `runs/${run}?tab=artifacts`],
  [/^experiments\/\d+\/runs\/([^/]+)\/(?:model-)?metrics$/, ([run]) => `runs/${run}?tab=metrics`],
  [/^experiments\/\d+\/runs\/([^/]+)\/traces$/, ([run]) => `runs/${run}?tab=traces`],
  [/^experiments\/\d+\/runs\/([^/]+)/, ([run]) => `runs/${run}`],
  [
    /^experiments\/(\d+)\/traces$/,
    ([experiment], search) =>
      chosen("traces", search.get("selectedEvaluationId") ?? search.get("selectedTraceId")) ??
      `experiments/${experiment}?tab=traces`,
  ],
  [/^experiments\/(\d+)\/datasets$/, ([experiment]) => `experiments/${experiment}?tab=datasets`],
  [
    /^experiments\/(\d+)\/evaluation-runs$/,
    ([experiment], search) => chosen("runs", search.get("selectedRunUuid")) ?? `experiments/${experiment}`,
  ],
  [/^experiments\/(\d+)/, ([experiment]) => `experiments/${experiment}`],
  [/^experiments$/, () => "experiments"],
  [/^compare-runs$/, (_, search) => `runs/compare?run=${listed(search.get("runs")).join(",")}`],
  [/^models\/([^/]+)\/versions\/(\d+)$/, ([model, number]) => `models/${model}/versions/${number}`],
  [/^models\/([^/]+)/, ([model]) => `models/${model}`],
  [/^models$/, () => "models"],
];

/** The address of what a link shows; undefined for what is not such a link. `project` is that of its path, if any. */
export function ofMlflowLink(hash: string, project: string | undefined): string | undefined {
  const [path = "", query = ""] = hash.replace(/^#?\//, "").split("?");
  const search = new URLSearchParams(query);
  const place = path.replace(/\/$/, "");
  for (const [pattern, address] of LINKS) {
    const match = pattern.exec(place);
    if (match) {
      const slug = project ?? search.get("workspace") ?? "default";
      return `/p/${encodeURIComponent(slug)}/${address(match.slice(1), search)}`;
    }
  }
  return undefined;
}

/** The address of the one that a parameter has the id of. */
function chosen(kind: "traces" | "runs", id: string | null): string | undefined {
  return id ? `${kind}/${encodeURIComponent(id)}` : undefined;
}

function listed(json: string | null): string[] {
  try {
    const items: unknown = JSON.parse(json ?? "[]");
    return Array.isArray(items) ? items.map((item) => encodeURIComponent(String(item))) : [];
  } catch {
    return [];
  }
}
