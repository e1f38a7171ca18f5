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
  if (incomplete) {
    sessionStorage.setItem(RELOADED, String(Date.now()));
    window.location.reload();
  }
  set(false);
}

const RELOADED = "modelyard.reloaded";
const IN_VAIN_MS = 60_000;

/** A part of the page's own program is not on the server, e.g. because another version was installed meanwhile. */
export class MissingCode extends Error {
  override name = "MissingCode";

  constructor() {
    super("A part of the page could not be loaded, although the server answers.");
  }
}

// A part of the program that could not be fetched is only asked for again when the page is loaded anew.
let incomplete = false;
let missing = false;
window.addEventListener("vite:preloadError", () => {
  // Loading it anew a moment ago did not help, so that doing it again would go on for ever.
  missing = Date.now() - Number(sessionStorage.getItem(RELOADED)) < IN_VAIN_MS;
  if (missing) return;
  incomplete = true;
  markLost();
});

/**
 * Fetches code of the page. What cannot be fetched comes with the page that is loaded anew once the server is back;
 * rejects with MissingCode where that was tried and did not help.
 */
export async function fetchCode<Code>(load: () => Promise<Code>): Promise<Code> {
  try {
    return await load();
  } catch (error) {
    if (!incomplete) throw missing ? new MissingCode() : error;
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
