import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import classes from "./CopyId.module.css";

/** An identifier cut short, with a button that copies all of it. */
export function CopyId({ value, label, length = 8 }: { value: string; label: string; length?: number }) {
  return (
    <span className={classes.id}>
      <code className="mono" title={value}>
        {value.slice(0, length)}
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
