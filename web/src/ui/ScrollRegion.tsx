import type { ReactNode, Ref } from "react";

interface Props {
  label: string;
  className?: string;
  ref?: Ref<HTMLElement>;
  onWheel?: (event: React.WheelEvent) => void;
  onKeyDown?: (event: React.KeyboardEvent) => void;
  children: ReactNode;
}

/** A part of the page that scrolls by itself: it can be reached, and so scrolled, by keyboard. */
export function ScrollRegion({ label, children, ...others }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable to be scrolled by keyboard.
    <section aria-label={label} tabIndex={0} {...others}>
      {children}
    </section>
  );
}
