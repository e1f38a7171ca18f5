import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import classes from "./CopyId.module.css";

interface CopyIdProps {
  value: string;
  label: string;
  /** What is shown of it. */
  short?: string;
}

/** An identifier cut short, with a button that copies all of it. */
export function CopyId({ value, label, short = value.slice(0, 8) }: CopyIdProps) {
  return (
    <span className={classes.id}>
      <code className="mono" title={value}>
        {short}
      </code>
      <CopyIcon value={value} label={`Copy ${label}`} />
    </span>
  );
}

export function CopyIcon({ value, label }: { value: string; label: string }) {
  return (
    <CopyButton value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : label}>
          <ActionIcon onClick={copy} aria-label={label} size={22}>
            {copied ? <IconCheck size={14} color="var(--good)" /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
