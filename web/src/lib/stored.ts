import { useState } from "react";

/** State that this browser remembers under a key; unreadable or missing values fall back to the initial one. */
export function useStored<Value>(key: string, initial: Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState<Value>(() => read(`modelyard.${key}`, initial));
  return [
    value,
    (next) => {
      setValue(next);
      localStorage.setItem(`modelyard.${key}`, JSON.stringify(next));
    },
  ];
}

function read<Value>(key: string, initial: Value): Value {
  const kept = localStorage.getItem(key);
  if (kept === null) return initial;
  try {
    return JSON.parse(kept) as Value;
  } catch {
    return initial;
  }
}
