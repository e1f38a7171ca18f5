/** `version.created` -> `Created`; spelled as the statuses are. */
export function verbOf(action: string): string {
  const verb = (action.split(".").at(-1) ?? action).replaceAll("_", " ").replace("canceled", "canceled");
  return verb.charAt(0).toUpperCase() + verb.slice(1);
}

/** What a record says beyond its verb, as names and short texts; nothing where a value is empty. */
export function detailsOf(detail: Record<string, unknown>): [name: string, value: string][] {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => [
      name.replaceAll("_", " "),
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]);
}
