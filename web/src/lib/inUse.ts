/**
 * Whether somebody has begun to use the page. What is needed only then, such as the entries of a closed list, is not
 * fetched while the page opens. Loaded with the page itself, so that no sign is missed.
 */
const SIGNS = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart", "focusin"] as const;

const listeners = new Set<() => void>();
let inUse = false;

function begin(): void {
  inUse = true;
  for (const sign of SIGNS) removeEventListener(sign, begin);
  for (const listener of listeners) listener();
}
for (const sign of SIGNS) addEventListener(sign, begin, { passive: true });

export const isInUse = () => inUse;

export function subscribeInUse(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
