import { QueryObserver } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";
import { newCache, patch } from "./cache";

/** A query that is shown, whose requests are answered by hand. */
function shown() {
  const queries = newCache();
  const answers: ((value: string) => void)[] = [];
  const queryKey = ["version"];
  const observer = new QueryObserver(queries, {
    queryKey,
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
  });
  observer.subscribe(() => {});
  const shows = (data: string) => vi.waitFor(() => expect(observer.getCurrentResult()).toMatchObject({ data }));
  return { queries, queryKey, answers, shows };
}

describe("a first answer on its way", () => {
  it("is asked for again when it was invalidated meanwhile", async () => {
    const { queries, queryKey, answers, shows } = shown();
    void queries.invalidateQueries({ queryKey });
    expect(answers).toHaveLength(1);
    answers[0]?.("Queued");
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[1]?.("Failed");
    await shows("Failed");
    expect(answers).toHaveLength(2);
  });

  it("gets the changes that came meanwhile", async () => {
    const { queries, queryKey, answers, shows } = shown();
    patch<string>(queries, { queryKey }, (data) => `${data}, patched`);
    answers[0]?.("Queued");
    await shows("Queued, patched");
  });
});

it("an answer of before does not undo a change", async () => {
  const { queries, queryKey, answers, shows } = shown();
  answers[0]?.("Queued");
  await shows("Queued");
  void queries.invalidateQueries({ queryKey });
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  patch<string>(queries, { queryKey }, () => "Training");
  await shows("Training");
  answers[1]?.("Queued");
  await vi.waitFor(() => expect(queries.isFetching()).toBe(0));
  await shows("Training");
});

it("changes stay in order when an answer on its way is given up for another", async () => {
  const { queries, queryKey, answers, shows } = shown();
  answers[0]?.("Queued");
  await shows("Queued");
  for (const status of ["Preprocessing", "Training", "Evaluating"]) {
    void queries.invalidateQueries({ queryKey });
    patch<string>(queries, { queryKey }, () => status);
  }
  await vi.waitFor(() => expect(answers).toHaveLength(4));
  answers[3]?.("Queued");
  await vi.waitFor(() => expect(queries.isFetching()).toBe(0));
  await shows("Evaluating");
});
