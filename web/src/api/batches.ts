/** The most items of one request. */
export const BATCH_SIZE = 1_000;

/** Sends ids a thousand at a time, one request after the other. */
export async function inBatches(ids: string[], send: (batch: string[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < ids.length; from += BATCH_SIZE) await send(ids.slice(from, from + BATCH_SIZE));
}
