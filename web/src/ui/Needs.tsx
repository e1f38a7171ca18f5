import { Tooltip } from "@mantine/core";
import { cloneElement, type MouseEvent, type ReactElement, type ReactNode } from "react";
import { useMay } from "@/api/permissions";
import type { Permission } from "@/api/types";

/** The button as it is for who lacks the permission: it can be reached, to be told why, but does nothing. */
const REFUSED = {
  type: "button",
  c: undefined,
  renderRoot: undefined,
  "aria-disabled": true,
  "data-disabled": true,
  onClick: (event: MouseEvent) => event.preventDefault(),
};

interface NeedsProps {
  permission: Permission;
  /** A button. */
  children: ReactElement<Record<string, unknown>>;
}

/** A button for what needs a permission: disabled without it, and then says which. */
export function Needs({ permission, children }: NeedsProps) {
  const allowed = useMay()(permission);
  if (allowed !== false) return cloneElement(children, { inert: !allowed });
  return (
    <Tooltip label={needed(permission)} events={{ hover: true, focus: true, touch: true }}>
      {cloneElement(children, REFUSED)}
    </Tooltip>
  );
}

/** Leaves out what is of no use to who lacks the permission, as the entries of a menu. */
export function HiddenWithout({ permission, children }: { permission: Permission; children: ReactNode }) {
  return useMay()(permission) === false ? null : children;
}

export function needed(permission: Permission): string {
  return `This needs the permission ${permission}.`;
}
