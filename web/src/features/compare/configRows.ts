export interface ConfigRow {
  /** Where in the config, e.g. `trainer.learning_rate` or `input_features[age].type`. */
  path: string;
  /** For each version; undefined where its config has no such key. */
  values: (string | undefined)[];
  differs: boolean;
}

/** Configs side by side, key by key; features are known by name, so that their order makes no difference. */
export function configRows(configs: Record<string, unknown>[]): ConfigRow[] {
  const flat = configs.map((config) => flatten(config));
  const paths = [...new Set(flat.flatMap((values) => [...values.keys()]))];
  return paths.map((path) => {
    const values = flat.map((config) => config.get(path));
    return { path, values, differs: values.some((value) => value !== values[0]) };
  });
}

function flatten(value: unknown, path = "", into = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value) && value.length > 0 && value.every(isNamed)) {
    for (const item of value) flatten(without(item, "name"), `${path}[${item.name}]`, into);
  } else if (isObject(value) && Object.keys(value).length > 0) {
    for (const [key, inner] of Object.entries(value)) flatten(inner, path ? `${path}.${key}` : key, into);
  } else if (path !== "") {
    into.set(path, typeof value === "string" ? value : JSON.stringify(value));
  }
  return into;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNamed = (value: unknown): value is Record<string, unknown> & { name: string } =>
  isObject(value) && typeof value.name === "string";

function without(value: Record<string, unknown>, key: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
