import { type RefObject, useEffect, useState, useSyncExternalStore } from "react";
import { isInUse, subscribeInUse } from "@/lib/inUse";

/** Whether somebody has begun to use the page. */
export const useInUse = () => useSyncExternalStore(subscribeInUse, isInUse);

/** Whether the element has been on the screen, or somebody has begun to use the page. */
export function useSeen(ref: RefObject<Element | null>): boolean {
  const inUse = useInUse();
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element || seen) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref, seen]);
  return seen || inUse;
}
