import { useSearch } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useMemo } from "react";
import { texts } from "@/lib/search";
import { useStored } from "@/lib/stored";
import type { DataColumn } from "./types";
import { useShow } from "./useShow";

type Shown = Record<string, boolean>;

/**
 * Which columns of a table are shown: those in the address; else as this browser remembers them for tables of this
 * kind, and then the address is made to say so; else those that are not hidden at first.
 */
export function useShownColumns<Row>(id: string, columns: DataColumn<Row>[]): [Shown, (shown: Shown) => void] {
  const { columns: given } = useSearch({ strict: false }) as { columns?: string | string[] };
  const address = given === undefined ? undefined : JSON.stringify(texts(given) ?? []);
  const addressed = useMemo(() => (address === undefined ? undefined : (JSON.parse(address) as string[])), [address]);
  const show = useShow<{ columns?: string[] }>();
  const [stored, setStored] = useStored<Shown>(`columns.${id}`, {});

  const shown = useMemo(
    () =>
      Object.fromEntries(
        columns.map((column) => [
          column.id,
          column.fixed || (addressed?.includes(column.id) ?? stored[column.id] ?? !column.hidden),
        ]),
      ),
    [columns, addressed, stored],
  );

  const write = (next: Shown) => {
    const chosen = columns.filter((column) => !column.fixed);
    const usual = chosen.every((column) => next[column.id] === !column.hidden);
    const ids = chosen.filter((column) => next[column.id]).map((column) => column.id);
    // A table stripped of all its columns still has to say so.
    const value = usual ? undefined : ids.length > 0 ? ids : ["-"];
    show({ columns: value });
  };

  const tell = useEffectEvent(() => {
    const choosable = columns.filter((column) => !column.fixed);
    const differs = choosable.some((column) => shown[column.id] !== !column.hidden);
    if (addressed === undefined && differs) write(shown);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another table begins anew.
  useEffect(() => tell(), [id]);

  const choose = (next: Shown) => {
    setStored(next);
    write(next);
  };
  return [shown, choose];
}
