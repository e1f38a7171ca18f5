import { IconLock } from "@tabler/icons-react";
import type { Permission } from "@/api/types";
import { needed } from "./Needs";
import { EmptyState } from "./States";

/** In place of what the caller may not see. */
export function NotAllowed({ permission }: { permission: Permission }) {
  return (
    <EmptyState icon={IconLock} title="You may not see this">
      {needed(permission)} Ask an administrator of this server for it.
    </EmptyState>
  );
}
