import { useState } from "react";
import { filterProblem } from "../filter/problem";

interface Query<Data> {
  data: Data | undefined;
  error: Error | null;
}

/** What a query answered, or did before the server refused its filter: a wrong filter takes nothing away. */
export function useLastGood<Data>({ data, error }: Query<Data>, filter: string | undefined): Data | undefined {
  const [last, setLast] = useState(data);
  if (data !== undefined && data !== last) setLast(data);
  return data ?? (filterProblem(filter, error) === null ? undefined : last);
}
