import { CloseButton } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Compared.module.css";

interface Props {
  color: string;
  dashed: boolean;
  children: ReactNode;
}

/** What something is called, with the line that it has in all charts of the page. */
export function LineMark({ color, dashed, children }: Props) {
  return (
    <span className={classes.mark}>
      <span
        className={classes.swatch}
        style={{ borderTop: `3px ${dashed ? "dashed" : "solid"} ${color}` }}
        aria-hidden
      />
      {children}
    </span>
  );
}

/** One of the compared things, and the button that leaves it out. */
export function Chip({ children, label, onRemove }: { children: ReactNode; label: string; onRemove: () => void }) {
  return (
    <span className={classes.chip}>
      {children}
      <CloseButton size="xs" aria-label={`Leave out ${label}`} onClick={onRemove} />
    </span>
  );
}
