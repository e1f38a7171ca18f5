/**
 * The event stream of the view that a page opens with. It is opened before the view reads anything, and the reads wait
 * until the server listens: what they answer cannot be outdated, and nothing has to be fetched a second time.
 */
export interface FirstStream {
  source: EventSource;
  /** What arrived before the view was drawn. */
  messages: MessageEvent[];
  isReady: boolean;
  /** Whether it tells of every change since the first read: not if it took too long to open or was interrupted. */
  isComplete: boolean;
}

const MAX_WAIT_MS = 1_000;
/** How long the code of a view may take to come; after that its stream is closed. */
const MAX_KEPT_MS = 15_000;

let isFirst = true;
let opened: (FirstStream & { url: string; release: () => void }) | null = null;
let opening: Promise<void> | undefined;

export function streamUrl(project: string, topics: string[]): string {
  const query = topics.map((topic) => `topic=${encodeURIComponent(topic)}`).join("&");
  return `/api/v1/projects/${encodeURIComponent(project)}/events?${query}`;
}

/** Opens the stream of the first view; does nothing for the views after it. */
export function openFirstStream(project: string, topics: string[]): void {
  if (!isFirst || topics.length === 0) return;
  isFirst = false;
  const url = streamUrl(project, topics);
  const source = new EventSource(url);
  const stream: FirstStream = { source, messages: [], isReady: false, isComplete: true };
  opening = new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      opening = undefined;
      resolve();
    };
    const fail = () => {
      stream.isComplete = false;
      end();
    };
    const timer = setTimeout(fail, MAX_WAIT_MS);
    source.addEventListener("ready", () => {
      // A second time means that the browser had lost it.
      if (stream.isReady) stream.isComplete = false;
      stream.isReady = true;
      end();
    });
    source.addEventListener("resync", fail);
    source.onerror = fail;
  });
  source.onmessage = (message) => stream.messages.push(message);
  const closing = setTimeout(() => {
    source.close();
    opened = null;
  }, MAX_KEPT_MS);
  opened = Object.assign(stream, { url, release: () => clearTimeout(closing) });
}

/** Every read waits for this; nothing after the first view has something to wait for. */
export function firstStreamOpened(): Promise<void> | undefined {
  isFirst = false;
  return opening;
}

/** Hands the stream over to the view, if it is the one that the view listens to. */
export function takeFirstStream(url: string): FirstStream | null {
  if (opened?.url !== url || opened.source.readyState === EventSource.CLOSED) return null;
  const stream = opened;
  stream.release();
  opened = null;
  return stream;
}
