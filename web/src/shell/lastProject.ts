const KEY = "modelyard.project";

/** The project that this browser was in last; the address `/` leads there. */
export const lastProject = () => localStorage.getItem(KEY) ?? "default";
export const rememberProject = (project: string) => localStorage.setItem(KEY, project);
export const forgetProject = () => localStorage.removeItem(KEY);
