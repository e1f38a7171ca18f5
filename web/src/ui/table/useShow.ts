import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";

/** Changes what the address says about the view, in place: the way back leads to where the view was entered. */
export function useShow<Search extends object>(): (change: Partial<Search>) => void {
  const navigate = useNavigate();
  return useCallback(
    (change) => {
      navigate({ to: ".", search: (old: object) => ({ ...old, ...change }), replace: true, resetScroll: false });
    },
    [navigate],
  );
}
