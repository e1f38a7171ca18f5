import { useState } from "react";
import { useShow } from "./useShow";

const MAX_IN_ADDRESS = 40;
const NONE: string[] = [];

/** The ids of selected rows: in the address, unless they are too many for one. */
export function useSelectedIds(addressed: string[] = NONE): [string[], (ids: string[]) => void] {
  const [many, setMany] = useState<string[] | null>(null);
  const show = useShow<{ selected?: string[] }>();
  const select = (ids: string[]) => {
    const fits = ids.length <= MAX_IN_ADDRESS;
    setMany(fits ? null : ids);
    show({ selected: fits && ids.length > 0 ? ids : undefined });
  };
  return [many ?? addressed, select];
}
