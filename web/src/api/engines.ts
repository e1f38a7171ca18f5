import { queryOptions } from "@tanstack/react-query";
import { unwrap } from "./client";
import { listEngines } from "./generated/sdk.gen";
import { keys } from "./keys";

export const enginesQuery = () =>
  queryOptions({ queryKey: keys.engines, queryFn: ({ signal }) => unwrap(listEngines({ signal })) });
