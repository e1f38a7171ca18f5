import { Accordion, Button, Drawer, Group, SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { itemsOf } from "@/api/pages";
import type { Webhook } from "@/api/types";
import { type DeliveryState, deliveriesQuery } from "@/api/webhooks";
import { ErrorState } from "@/ui/States";
import { Time } from "@/ui/Time";
import { DeliveryView } from "./DeliveryView";
import { StateBadge } from "./StateBadge";
import classes from "./Webhooks.module.css";

interface Props {
  project: string;
  /** Whose deliveries; closed without. */
  webhook: Webhook | undefined;
  state: DeliveryState | undefined;
  onState: (state: DeliveryState | undefined) => void;
  onClose: () => void;
}

/** What was and is to be delivered to a webhook, newest first. */
export function DeliveryLog(props: Props) {
  const { webhook, onClose } = props;
  return (
    <Drawer
      opened={webhook !== undefined}
      onClose={onClose}
      position="right"
      size="min(760px, 100%)"
      title={`Deliveries of ${webhook?.name ?? ""}`}
      closeButtonProps={{ "aria-label": "Close" }}
      classNames={{ title: classes.title }}
    >
      {webhook && <Log {...props} webhook={webhook} />}
    </Drawer>
  );
}

const STATES = [
  { value: "", label: "All" },
  { value: "waiting", label: "Waiting" },
  { value: "failed", label: "Failed" },
  { value: "delivered", label: "Delivered" },
];

const NOTHING: Record<DeliveryState | "all", string> = {
  all: "No deliveries yet. Each will be listed here with its responses.",
  waiting: "No delivery is waiting.",
  failed: "No delivery has failed.",
  delivered: "Nothing was delivered yet.",
};

function Log({ project, webhook, state, onState }: Props & { webhook: Webhook }) {
  const query = useInfiniteQuery(deliveriesQuery(project, webhook.id, state));
  const [opened, setOpened] = useState<string | null>(null);
  const deliveries = itemsOf(query.data);
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="State"
        data={STATES}
        value={state ?? ""}
        onChange={(value) => onState((value || undefined) as DeliveryState | undefined)}
      />
      {query.error && !query.data ? (
        <ErrorState error={query.error} retry={query.refetch} />
      ) : !query.data ? (
        <Skeleton height={160} />
      ) : deliveries.length === 0 ? (
        <p className={classes.nothing}>{NOTHING[state ?? "all"]}</p>
      ) : (
        <Accordion value={opened} onChange={setOpened} chevronPosition="left" aria-label="Deliveries" order={3}>
          {deliveries.map((delivery) => (
            <Accordion.Item key={delivery.id} value={delivery.id}>
              <Accordion.Control>
                <Group gap="sm" wrap="nowrap" className={classes.delivery}>
                  <StateBadge state={delivery.state} />
                  <code className="mono truncate">{delivery.event}</code>
                  <span className={classes.quiet}>
                    {delivery.response_status ?? ""} <Time at={delivery.created_at} />
                  </span>
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                {opened === delivery.id && <DeliveryView project={project} webhook={webhook} delivery={delivery} />}
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
      {query.hasNextPage && (
        <Button variant="default" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
          Show older deliveries
        </Button>
      )}
    </Stack>
  );
}
