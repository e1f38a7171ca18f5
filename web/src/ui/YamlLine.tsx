import { tokensOf } from "@/lib/yaml";
import classes from "./YamlLine.module.css";

/** One line of YAML in its colors. */
export function YamlLine({ text }: { text: string }) {
  return (
    <span className={classes.text}>
      {tokensOf(text).map(({ kind, text: part }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one line have no other identity.
        <span key={index} data-kind={kind ?? undefined}>
          {part}
        </span>
      ))}
    </span>
  );
}
