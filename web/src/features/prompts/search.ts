import type { PromptListParams } from "@/api/prompts";
import { integer, oneOf, optional, type RawSearch, text, texts } from "@/lib/search";

export const promptsSearch = (raw: RawSearch) =>
  optional({
    q: text(raw.q),
    sort: oneOf(raw.sort, ["name", "updated_at", "created_at", "versions"]),
    order: oneOf(raw.order, ["asc", "desc"]),
    columns: texts(raw.columns),
  });

/** What the list of prompts is asked for; the newest change first unless the address says otherwise. */
export const promptList = ({ q, sort = "updated_at", order = "desc" }: ReturnType<typeof promptsSearch>) =>
  ({ search: q, sort, order }) satisfies PromptListParams;

export const promptSearch = (raw: RawSearch) =>
  optional({
    /** The number of the version that is shown; the newest when absent. */
    v: integer(raw.v),
  });
