import { integer, optional, type RawSearch, text } from "@/lib/search";

export const builderSearch = (raw: RawSearch) =>
  optional({
    from: integer(raw.from),
    mend: integer(raw.mend),
    suggestion: text(raw.suggestion),
    dataset: text(raw.dataset),
    version: integer(raw.version),
    target: text(raw.target),
  });
