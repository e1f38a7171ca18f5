import { type KeyboardEvent, type RefObject, useEffect, useEffectEvent } from "react";

const OWN_KEYS =
  "input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]";

interface Actions {
  open: (index: number) => void;
  toggle?: (index: number) => void;
  expand?: (index: number, open: boolean) => void;
}

/**
 * Keyboard of a table: j and k or the arrows walk its rows, x selects, Enter opens, the arrows to the right and left
 * show and hide what is nested in a row. The keys also work from
 * the rest of the page, so that a page that is a table is at hand at once.
 */
export function useRowKeys(scroller: RefObject<HTMLElement | null>, count: number, { open, toggle, expand }: Actions) {
  const rowAt = (index: number) => scroller.current?.querySelector<HTMLElement>(`tr[data-index="${index}"]`);

  const move = (step: number) => {
    const focused = document.activeElement?.closest<HTMLElement>("tr[data-index]");
    const at = focused ? Number(focused.dataset.index) : step > 0 ? -1 : count;
    const row = rowAt(Math.min(Math.max(at + step, 0), count - 1)) ?? rowAt(0);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };

  const press = (event: Pick<KeyboardEvent, "key" | "preventDefault">) => {
    const row = document.activeElement?.closest<HTMLElement>("tr[data-index]");
    const index = row ? Number(row.dataset.index) : null;
    if (event.key === "j" || event.key === "ArrowDown") move(1);
    else if (event.key === "k" || event.key === "ArrowUp") move(-1);
    else if (event.key === "x" && index !== null) toggle?.(index);
    else if (expand && row === document.activeElement && index !== null && event.key === "ArrowRight") {
      expand(index, true);
    } else if (expand && row === document.activeElement && index !== null && event.key === "ArrowLeft") {
      expand(index, false);
    } else if (event.key === "Enter" && row === document.activeElement && index !== null) open(index);
    else return;
    event.preventDefault();
  };

  const onDocumentKey = useEffectEvent((event: globalThis.KeyboardEvent) => {
    const focused = document.activeElement;
    // Keys pressed in the table itself come to it directly; those of fields, menus and dialogs are their own.
    if (scroller.current?.contains(focused) || focused?.closest(OWN_KEYS)) return;
    if (!modified(event) && (event.key === "j" || event.key === "k")) press(event);
  });
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => onDocumentKey(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);

  return (event: KeyboardEvent) => {
    const typing = (event.target as HTMLElement).closest("input:not([type=checkbox]), textarea, select");
    if (!typing && !modified(event)) press(event);
  };
}

const modified = (event: { ctrlKey: boolean; metaKey: boolean; altKey: boolean }) =>
  event.ctrlKey || event.metaKey || event.altKey;
