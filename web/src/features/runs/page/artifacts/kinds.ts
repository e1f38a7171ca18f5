export type Kind = "image" | "markdown" | "table" | "json" | "text" | "none";

const BY_ENDING: [Kind, RegExp][] = [
  ["image", /\.(png|jpe?g|gif|webp|avif|bmp|svg)$/i],
  ["markdown", /\.(md|markdown)$/i],
  ["table", /\.(csv|tsv)$/i],
  ["json", /\.(json|geojson|ipynb)$/i],
  [
    "text",
    /(\.(txt|log|ya?ml|toml|ini|cfg|conf|env|py|r|sh|sql|js|ts|css|html?|xml|jsonl|ndjson|diff|patch|out|err|lock)|(^|\/)(MLmodel|Dockerfile|Makefile|LICENSE|README|[^./]+\.env))$/i,
  ],
];

/** How a file is shown, by its name. */
export const kindOf = (path: string): Kind => BY_ENDING.find(([, ending]) => ending.test(path))?.[0] ?? "none";

/** The folders that a path is in, outermost first: `a/b/c.txt` -> `a`, `a/b`. */
export function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

export const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);
