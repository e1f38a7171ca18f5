export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** What is wrong with a name, or null. */
export function nameProblem(name: string): string | null {
  if (name === "") return "Give it a name.";
  if (name.length > 100) return "At most 100 characters.";
  if (!/^[A-Za-z0-9]/.test(name)) return "Start with a letter or a digit.";
  if (!NAME_PATTERN.test(name)) return "Only letters, digits, '.', '_' and '-'.";
  return null;
}

/** A valid name made from a file's: `Iris (final).csv.gz` -> `iris-final`. */
export function nameFromFile(file: string): string {
  return file
    .replace(/\.(gz|zst)$/i, "")
    .replace(/\.(csv|tsv|parquet|jsonl|ndjson|json)$/i, "")
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|[-.]+$/g, "")
    .slice(0, 100);
}
