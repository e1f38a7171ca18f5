import { useMatch, useNavigate, useRouter } from "@tanstack/react-router";
import { useCallback } from "react";

/**
 * Changes what the address says about the view, in place: the way back leads to where the view was entered.
 *
 * A view that is being left changes nothing: it is still shown while the next one loads, but the address is that of
 * the next one already.
 */
export function useShow<Search extends object>(): (change: Partial<Search>) => void {
  const router = useRouter();
  const navigate = useNavigate();
  const here = useMatch({ strict: false, select: ({ pathname }) => pathname });
  return useCallback(
    (change) => {
      const isLeft = router.matchRoutes(router.latestLocation).every(({ pathname }) => pathname !== here);
      if (isLeft) return;
      navigate({ to: ".", search: (old: object) => ({ ...old, ...change }), replace: true, resetScroll: false });
    },
    [router, navigate, here],
  );
}
