import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "./client";
import {
  createWebhook,
  deleteWebhook,
  getDelivery,
  listDeliveries,
  listWebhooks,
  replayDelivery,
  testWebhook,
  updateWebhook,
} from "./generated/sdk.gen";
import type { WebhookCreate, WebhookEvent, WebhookUpdate } from "./generated/types.gen";
import { keys } from "./keys";
import { byPageToken } from "./pages";

// Deliveries come and go without events for open views.
const REFRESH_MS = 3_000;

const all = (project: string) => [...keys.project(project), "webhooks"] as const;
const log = (project: string, webhook: string) => [...all(project), "one", webhook] as const;

export const webhooksQuery = (project: string) =>
  infiniteQueryOptions({
    queryKey: [...all(project), "list"],
    queryFn: ({ pageParam, signal }) =>
      unwrap(listWebhooks({ path: { project }, query: { limit: 100, page_token: pageParam ?? undefined }, signal })),
    ...byPageToken,
    refetchInterval: REFRESH_MS,
  });

export type DeliveryState = "waiting" | "delivered" | "failed";

export const deliveriesQuery = (project: string, webhook: string, state?: DeliveryState) =>
  infiniteQueryOptions({
    queryKey: [...log(project, webhook), "deliveries", state ?? null],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        listDeliveries({
          path: { project, webhook },
          query: { state, limit: 50, page_token: pageParam ?? undefined },
          signal,
        }),
      ),
    ...byPageToken,
    refetchInterval: REFRESH_MS,
  });

export const deliveryQuery = (project: string, webhook: string, delivery: string, attempts: number) =>
  queryOptions({
    queryKey: [...log(project, webhook), "delivery", delivery, attempts],
    queryFn: ({ signal }) => unwrap(getDelivery({ path: { project, webhook, delivery }, signal })),
  });

export function useCreateWebhook(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: WebhookCreate) => unwrap(createWebhook({ path: { project }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: all(project) }),
  });
}

export function useUpdateWebhook(project: string, webhook: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: WebhookUpdate) => unwrap(updateWebhook({ path: { project, webhook }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: all(project) }),
  });
}

export function useDeleteWebhook(project: string, webhook: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(deleteWebhook({ path: { project, webhook } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: all(project) }),
  });
}

export function useTestWebhook(project: string, webhook: string) {
  return useMutation({
    mutationFn: (event: WebhookEvent | null) => unwrap(testWebhook({ path: { project, webhook }, body: { event } })),
  });
}

export function useReplay(project: string, webhook: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (delivery: string) => unwrap(replayDelivery({ path: { project, webhook, delivery } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: log(project, webhook) }),
  });
}
