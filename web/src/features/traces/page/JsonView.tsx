import { formatCount } from "@/lib/format";
import { CopyIcon } from "@/ui/CopyId";
import { ScrollRegion } from "@/ui/ScrollRegion";
import { prettyText } from "../values";
import classes from "./TracePage.module.css";

const MAX_SHOWN = 100_000;

/** A JSON value under its name: texts as they are, everything else indented. */
export function JsonView({ label, value }: { label: string; value: unknown }) {
  const text = value === null || value === undefined ? "" : prettyText(value);
  return (
    <section aria-label={label} className={classes.value}>
      <div className={classes.head}>
        <p className={classes.label}>{label}</p>
        {text && <CopyIcon value={text} label={`Copy ${label.toLowerCase()}`} />}
      </div>
      {text ? <LongText label={label} text={text} /> : <p className={classes.quiet}>None.</p>}
    </section>
  );
}

/** A text that may have many lines, in a box that scrolls. */
export function LongText({ label, text, wrap = true }: { label: string; text: string; wrap?: boolean }) {
  return (
    <>
      <ScrollRegion label={`Text of ${label.toLowerCase()}`} className={classes.text}>
        <pre data-wrap={wrap || undefined}>{text.slice(0, MAX_SHOWN)}</pre>
      </ScrollRegion>
      {text.length > MAX_SHOWN && (
        <p className={classes.quiet}>
          Only the first {formatCount(MAX_SHOWN)} of {formatCount(text.length)} characters are shown; copying takes all.
        </p>
      )}
    </>
  );
}
