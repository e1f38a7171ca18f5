/** Whether the server can be reached: a tiny store that the banner and the event stream share. */
type Listener = () => void;

const listeners = new Set<Listener>();
let lost = false;

function set(next: boolean): void {
  if (lost === next) return;
  lost = next;
  for (const listener of listeners) listener();
}

export const markLost = () => set(true);
export const isLost = () => lost;

export function markReached(): void {
  if (incomplete) window.location.reload();
  set(false);
}

// A part of the program that could not be fetched is only asked for again when the page is loaded anew.
let incomplete = false;
window.addEventListener("vite:preloadError", () => {
  incomplete = true;
  markLost();
});

/** Fetches code of the page. What cannot be fetched comes with the page that is loaded anew once the server is back. */
export async function fetchCode<Code>(load: () => Promise<Code>): Promise<Code> {
  try {
    return await load();
  } catch (error) {
    if (!incomplete) throw error;
    return new Promise<never>(() => {});
  }
}

export function subscribeConnection(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Resolves to true when the server answers its health check. */
export async function probe(): Promise<boolean> {
  try {
    const response = await fetch("/health", { cache: "no-store" });
    return response.ok;
  } catch {
    return false;
  }
}
