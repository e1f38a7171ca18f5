import { ActionIcon, Button, Menu, Switch } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconEdit, IconLock, IconLockOpen, IconSend, IconTrash } from "@tabler/icons-react";
import { useMay } from "@/api/permissions";
import type { Webhook } from "@/api/types";
import { useDeleteWebhook, useUpdateWebhook } from "@/api/webhooks";
import { plural } from "@/lib/format";
import { DangerConfirm } from "@/ui/DangerConfirm";
import { HiddenWithout } from "@/ui/Needs";
import { notifyError } from "@/ui/notify";
import { Time } from "@/ui/Time";
import { StateBadge } from "./StateBadge";
import { TestDialog } from "./TestDialog";
import { WebhookForm } from "./WebhookForm";
import classes from "./Webhooks.module.css";

interface Props {
  project: string;
  webhook: Webhook;
  onShowLog: () => void;
}

const ICON = 15;

export function WebhookRow({ project, webhook, onShowLog }: Props) {
  const { id, name, url, events, description, has_secret: signed, last_state: state, last_at: at } = webhook;
  const [editing, form] = useDisclosure(false);
  const [testing, test] = useDisclosure(false);
  const [deleting, danger] = useDisclosure(false);
  const may = useMay();
  const mayChange = may("project:webhooks:write");
  const update = useUpdateWebhook(project, id);
  const remove = useDeleteWebhook(project, id);
  // Moves at once, and back when the server refuses.
  const active = (update.isPending ? update.variables.status : webhook.status) === "active";
  const setActive = (next: boolean) =>
    update.mutate(
      { status: next ? "active" : "disabled" },
      { onError: (error) => notifyError(`${name} was not changed`, error) },
    );
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.what}>
        <span className={classes.name}>
          {name}
          {signed ? (
            <IconLock size={13} aria-label="signed" className={classes.quiet} />
          ) : (
            <IconLockOpen size={13} aria-label="not signed" className={classes.quiet} />
          )}
        </span>
        <code className={`mono truncate ${classes.quiet}`} title={url}>
          {url}
        </code>
        {description && <span className={`truncate ${classes.quiet}`}>{description}</span>}
      </div>
      <span className={classes.quiet} title={events.join(", ")}>
        {plural(events.length, "event")}
      </span>
      <Button variant="subtle" size="compact-sm" onClick={onShowLog} aria-label={`Deliveries of ${name}`}>
        {state && at ? (
          <span className={classes.last}>
            <StateBadge state={state} /> <Time at={at} />
          </span>
        ) : (
          "Nothing delivered yet"
        )}
      </Button>
      <Switch
        checked={active}
        disabled={!mayChange}
        onChange={(event) => setActive(event.currentTarget.checked)}
        aria-label={`${name} is active`}
      />
      {(mayChange !== false || may("project:webhooks:delete") !== false) && (
        <Menu width={180}>
          <Menu.Target>
            <ActionIcon aria-label={`Actions for ${name}`} size={28}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <HiddenWithout permission="project:webhooks:write">
              <Menu.Item leftSection={<IconSend size={ICON} />} onClick={test.open}>
                Send a test
              </Menu.Item>
              <Menu.Item leftSection={<IconEdit size={ICON} />} onClick={form.open}>
                Change
              </Menu.Item>
              <Menu.Divider />
            </HiddenWithout>
            <HiddenWithout permission="project:webhooks:delete">
              <Menu.Item leftSection={<IconTrash size={ICON} />} color="var(--bad)" onClick={danger.open}>
                Delete
              </Menu.Item>
            </HiddenWithout>
          </Menu.Dropdown>
        </Menu>
      )}
      <WebhookForm project={project} webhook={webhook} opened={editing} onClose={form.close} />
      <TestDialog project={project} webhook={webhook} opened={testing} onClose={test.close} />
      <DangerConfirm
        opened={deleting}
        onClose={danger.close}
        title={`Delete ${name}?`}
        losses={["the webhook with its secret", "its delivery log and the deliveries that are waiting"]}
        name={name}
        verb="Delete webhook"
        onConfirm={() => remove.mutateAsync()}
      />
    </li>
  );
}
