/** Where the MLflow client finds a project. */
export function trackingUri(project: string): string {
  const { origin } = window.location;
  return project === "default" ? origin : `${origin}/projects/${encodeURIComponent(project)}`;
}
