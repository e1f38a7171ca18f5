import { MantineProvider } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { cleanup, configure, render, renderHook } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createContext, type ReactNode, useContext } from "react";
import { onTestFinished } from "vitest";
import { type May, MayContext } from "@/api/permissions";

// However busy the machine is: what does not come at all is all that fails.
configure({ asyncUtilTimeout: 20_000 });

const Shown = createContext<ReactNode>(null);
const Content = () => useContext(Shown);

/** What the page gives every component, at an address of its own, without waiting for transitions. */
async function page(address: string, may: May) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false }, mutations: { retry: false } } });
  const root = createRootRoute({ component: Content, notFoundComponent: Content });
  const router = createRouter({ routeTree: root, history: createMemoryHistory({ initialEntries: [address] }) });
  await router.load();
  onTestFinished(() => {
    cleanup();
    notifications.clean();
    localStorage.clear();
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <MantineProvider env="test">
      <QueryClientProvider client={queries}>
        <Notifications />
        <MayContext value={may}>
          <Shown.Provider value={children}>
            <RouterProvider router={router} />
          </Shown.Provider>
        </MayContext>
      </QueryClientProvider>
    </MantineProvider>
  );
  const search = () => router.state.location.search as Record<string, unknown>;
  return { queries, router, search, wrapper };
}

/** Shows an element as the page would, to who may do everything; `search` tells what the address says then. */
export async function show(element: ReactNode, address = "/", may: May = () => true) {
  const { wrapper, ...rest } = await page(address, may);
  const user = userEvent.setup();
  return { user, ...rest, ...render(element, { wrapper }) };
}

/** As `show`, for a hook by itself. */
export async function showHook<Result>(hook: () => Result, address = "/") {
  const { wrapper, ...rest } = await page(address, () => true);
  return { ...rest, ...renderHook(hook, { wrapper }) };
}
