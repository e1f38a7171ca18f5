import type { SpotlightStore } from "@mantine/spotlight";
import { type RefObject, useEffect, useEffectEvent } from "react";

/** What is typed while the search box opens, and its field has no focus yet, goes into the field all the same. */
export function useEarlyKeys(
  store: SpotlightStore,
  field: RefObject<HTMLInputElement | null>,
  add: (typed: string) => void,
): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isText || !store.getState().opened || document.activeElement === field.current) return;
    event.preventDefault();
    event.stopPropagation();
    add(event.key);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listen, { capture: true });
    return () => document.removeEventListener("keydown", listen, { capture: true });
  }, []);
}
