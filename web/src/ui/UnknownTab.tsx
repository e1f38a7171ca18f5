import { IconMapOff } from "@tabler/icons-react";
import { EmptyState } from "./States";

/** In place of a tab that the page does not have. */
export function UnknownTab({ name }: { name: string }) {
  return (
    <EmptyState icon={IconMapOff} title={`There is no tab “${name}”`}>
      Choose one of the tabs above.
    </EmptyState>
  );
}
