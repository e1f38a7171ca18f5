import type { UseMutationResult } from "@tanstack/react-query";
import { plural } from "@/lib/format";
import { notifyError } from "./notify";
import { notifyUndo } from "./notifyUndo";

type State = "deleted" | "active";

/** Deletes things or restores them, and says so with a way back. */
export function useMoveWithUndo(move: UseMutationResult<void, Error, { ids: string[]; to: State }>, noun: string) {
  return async (things: { id: string; name: string }[], to: State, onDone?: () => void) => {
    const ids = things.map(({ id }) => id);
    const [first] = things;
    const what = things.length === 1 && first ? first.name : plural(things.length, noun);
    const [verb, back] = to === "deleted" ? (["deleted", "active"] as const) : (["restored", "deleted"] as const);
    try {
      // Awaited, because the button that began it goes away with the rows.
      await move.mutateAsync({ ids, to });
    } catch (error) {
      return notifyError(`${what} could not be ${verb}`, error);
    }
    onDone?.();
    notifyUndo(`${what} ${verb}`, () => {
      move.mutateAsync({ ids, to: back }).catch((error) => notifyError("This could not be undone", error));
    });
  };
}
