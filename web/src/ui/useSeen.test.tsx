import { act } from "@testing-library/react";
import { useRef } from "react";
import { beforeEach, it, vi } from "vitest";
import { show } from "@/testing/render";

/** The browser's own; tests say when the element comes onto the screen. */
class Observer {
  static all: Observer[] = [];
  constructor(readonly notify: (entries: { isIntersecting: boolean }[]) => void) {
    Observer.all.push(this);
  }
  observe() {}
  disconnect() {}
}

type Hooks = typeof import("./useSeen");

function Place({ useInUse, useSeen }: Hooks) {
  const place = useRef<HTMLParagraphElement>(null);
  const state = [useSeen(place) && "seen", useInUse() && "in use"].filter(Boolean).join(", ");
  return <p ref={place}>{state || "not yet"}</p>;
}

/** An element of a page that has just been opened. */
async function showPlace() {
  vi.resetModules();
  return show(<Place {...(await import("./useSeen"))} />);
}

beforeEach(() => {
  Observer.all = [];
  vi.stubGlobal("IntersectionObserver", Observer);
});

it("is seen once it was on the screen", async () => {
  const { findByText, getByText } = await showPlace();
  await findByText("not yet");
  act(() => Observer.all.at(-1)?.notify([{ isIntersecting: false }]));
  getByText("not yet");
  act(() => Observer.all.at(-1)?.notify([{ isIntersecting: true }]));
  getByText("seen");
});

it.each(["pointermove", "keydown", "focusin"])("counts as seen after the first %s, wherever it is", async (sign) => {
  const { findByText, getByText } = await showPlace();
  await findByText("not yet");
  act(() => {
    window.dispatchEvent(new Event(sign));
  });
  getByText("seen, in use");
});
