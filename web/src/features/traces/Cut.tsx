import classes from "./Traces.module.css";

/** A text in a table, cut short; a dash where there is none. */
export function Cut({ text }: { text: string | null | undefined }) {
  return text ? (
    <span className={classes.cut} title={text}>
      {text}
    </span>
  ) : (
    <span className={classes.none}>–</span>
  );
}
