import { Button, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { itemsOf } from "@/api/pages";
import { type DeliveryState, webhooksQuery } from "@/api/webhooks";
import { Needs } from "@/ui/Needs";
import { Section } from "@/ui/Section";
import { ErrorState } from "@/ui/States";
import { DeliveryLog } from "./DeliveryLog";
import { WebhookForm } from "./WebhookForm";
import { WebhookRow } from "./WebhookRow";
import classes from "./Webhooks.module.css";

interface Shown {
  webhook?: string;
  state?: DeliveryState;
}

interface Props {
  project: string;
  /** Whose deliveries are shown, and which of them. */
  shown: Shown;
  onShow: (shown: Shown) => void;
}

/** The project's webhooks: what they are told, how the last delivery went, and the log of each. */
export function WebhooksSection({ project, shown, onShow }: Props) {
  const [creating, { open, close }] = useDisclosure(false);
  const query = useInfiniteQuery(webhooksQuery(project));
  const webhooks = itemsOf(query.data);
  const chosen = webhooks.find(({ id }) => id === shown.webhook);
  return (
    <Section
      title="Webhooks"
      aside={
        <Needs permission="project:webhooks:write">
          <Button variant="default" leftSection={<IconPlus size={15} />} onClick={open}>
            New webhook
          </Button>
        </Needs>
      }
    >
      {query.error && !query.data ? (
        <ErrorState error={query.error} retry={query.refetch} />
      ) : !query.data ? (
        <Skeleton height={64} />
      ) : webhooks.length === 0 ? (
        <p className={classes.nothing}>
          No webhooks. One tells another program, such as a deployment or a chat, that a version is ready or an alias
          was moved.
        </p>
      ) : (
        <ul className={classes.list} aria-label="Webhooks">
          {webhooks.map((webhook) => (
            <WebhookRow
              key={webhook.id}
              project={project}
              webhook={webhook}
              onShowLog={() => onShow({ webhook: webhook.id })}
            />
          ))}
        </ul>
      )}
      {query.hasNextPage && (
        <Button variant="subtle" onClick={() => query.fetchNextPage()} loading={query.isFetchingNextPage}>
          Show more
        </Button>
      )}
      <WebhookForm project={project} opened={creating} onClose={close} />
      <DeliveryLog
        project={project}
        webhook={chosen}
        state={shown.state}
        onState={(state) => onShow({ webhook: shown.webhook, state })}
        onClose={() => onShow({})}
      />
    </Section>
  );
}
