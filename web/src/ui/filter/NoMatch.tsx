import { Button } from "@mantine/core";
import type { IconProps } from "@tabler/icons-react";
import type { ComponentType } from "react";
import { EmptyState } from "../States";

interface Props {
  icon: ComponentType<IconProps>;
  /** One of what is filtered, e.g. `run`. */
  noun: string;
  problem: string | null;
  onClear: () => void;
}

/** Why a filtered table shows nothing. */
export function NoMatch({ icon, noun, problem, onClear }: Props) {
  const clear = (
    <Button variant="default" onClick={onClear}>
      Clear the filter
    </Button>
  );
  return (
    <EmptyState
      icon={icon}
      title={problem ? "The filter cannot be read" : `No ${noun} matches the filter`}
      action={clear}
    >
      {problem && "See the error under the filter."}
    </EmptyState>
  );
}
