/** Quoted for a Python source. */
export const pythonText = (text: string) => JSON.stringify(text);

/** Quoted for a shell where it has to be. */
export const shellText = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The first lines of every Python example. */
export function pythonClient(project: string): string {
  const named = project === "default" ? "" : `, project=${pythonText(project)}`;
  return `from modelyard import Client\n\nclient = Client(${pythonText(window.location.origin)}${named})\n`;
}

/** A command with the project it needs. */
export function command(project: string, rest: string): string {
  return project === "default" ? `modelyard ${rest}` : `MODELYARD_PROJECT=${shellText(project)} modelyard ${rest}`;
}

export function apiUrl(project: string, rest: string): string {
  return `${window.location.origin}/api/v1/projects/${project}/${rest}`;
}
