import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { NetworkError } from "@/api/errors";
import { keys } from "@/api/keys";
import { firstPage, isLong, type Pages, withHead } from "@/api/pages";
import { fetchRuns, keepRuns, type RunListParams, runsQuery, SOME } from "@/api/runs";
import { topics } from "@/api/topics";
import type { RunColumns, RunSummary } from "@/api/types";
import { useEvents } from "@/api/useEvents";
import { hasNewNames } from "./fields";

/**
 * Keeps a table of runs up to date: rows that changed are fetched by themselves, new ones with the beginning of the
 * list, so that a list somebody has scrolled far down is never fetched again as a whole.
 */
export function useLiveRuns(project: string, list: RunListParams, nested: boolean): void {
  const queries = useQueryClient();
  const waiting = useRef({ ids: new Set<string>(), more: false, busy: false });
  const key = runsQuery(project, list).queryKey;

  const catchUp = async () => {
    const state = waiting.current;
    if (state.busy) return;
    state.busy = true;
    try {
      while (state.ids.size > 0 || state.more) {
        const ids = [...state.ids].slice(0, MAX_IDS);
        const isMore = state.more;
        for (const id of ids) state.ids.delete(id);
        state.more = false;
        await update(ids, isMore);
      }
    } catch (error) {
      // A lost server is told elsewhere, and what was missed is fetched again when it is back.
      if (!(error instanceof NetworkError)) throw error;
    } finally {
      state.busy = false;
    }
  };

  const update = async (ids: string[], isMore: boolean) => {
    // Whatever the list asks for: also rows nested in its own may have changed.
    const changed = ids.length > 0 ? await fetchRuns(project, { ...list, filter: undefined }, ids) : [];
    keepRuns(queries, project, changed);
    const names = queries.getQueryData<RunColumns>(keys.runColumns(project, list.experiment));
    if (names && hasNewNames(names, changed)) queries.invalidateQueries({ queryKey: keys.allRunColumns(project) });
    const data = queries.getQueryData<Pages<RunSummary>>(key);
    if (!data) return;
    const known = new Set(data.pages.flatMap(({ items }) => items.map(({ id }) => id)));
    const unknown = changed.filter(({ id }) => !known.has(id));
    const parents = nested ? [...new Set(unknown.flatMap(({ parent_id }) => parent_id ?? []))] : [];
    if (parents.length > 0) {
      keepRuns(queries, project, await fetchRuns(project, { ...list, filter: undefined }, parents.slice(0, MAX_IDS)));
      queries.invalidateQueries({
        queryKey: keys.runLists(project),
        predicate: ({ queryKey }) => queryKey.at(-1) === SOME,
      });
    }
    const own = nested ? unknown.filter(({ parent_id }) => parent_id === null) : unknown;
    const fresh =
      list.filter && !nested && own.length > 0
        ? await fetchRuns(
            project,
            list,
            own.map(({ id }) => id),
          )
        : own;
    if (isMore || fresh.length > 0) await refetch(data);
  };

  const refetch = async (data: Pages<RunSummary>) => {
    queries.invalidateQueries({ queryKey: keys.runCounts(project) });
    queries.invalidateQueries({ queryKey: keys.allRunColumns(project) });
    if (!isLong(data)) return queries.invalidateQueries({ queryKey: key, exact: true });
    const head = await fetchRuns(project, list);
    queries.setQueryData<Pages<RunSummary>>(key, (old) => old && withHead(old, head, ({ id }) => id));
  };

  useEvents(project, topics.runs(list.experiment), (event) => {
    if (event.type === "runs.changed") {
      for (const id of event.run_ids) waiting.current.ids.add(id);
      waiting.current.more ||= event.truncated;
    } else if (event.type === "experiments.changed") {
      const mine = list.experiment.length === 0 || event.experiment_ids.some((id) => list.experiment.includes(id));
      waiting.current.more ||= mine;
    } else return;
    void catchUp();
  });

  // Who comes back to a list begins at its beginning, and need not wait for all that was scrolled through before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the table is entered.
  useEffect(() => {
    queries.setQueryData<Pages<RunSummary>>(key, (data) => (data && isLong(data) ? firstPage(data) : data));
  }, []);
}

const MAX_IDS = 100;
