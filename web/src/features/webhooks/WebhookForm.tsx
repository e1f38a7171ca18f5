import { Button, Checkbox, Group, Modal, PasswordInput, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { type SubmitEvent, useState } from "react";
import { ApiError, messageOf } from "@/api/errors";
import type { Webhook, WebhookEvent } from "@/api/types";
import { useCreateWebhook, useUpdateWebhook } from "@/api/webhooks";
import { EVENT_GROUPS } from "./events";
import classes from "./Webhooks.module.css";

interface Props {
  project: string;
  /** The one to change; a new one without. */
  webhook?: Webhook;
  opened: boolean;
  onClose: () => void;
}

export function WebhookForm(props: Props) {
  const { webhook, opened, onClose } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={webhook ? `Change ${webhook.name}` : "New webhook"} size="lg">
      <Form {...props} />
    </Modal>
  );
}

const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const RULE = "Up to 63 letters, digits, '.', '_' or '-', with a letter or digit at both ends.";

function Form({ project, webhook, onClose }: Props) {
  const [name, setName] = useState(webhook?.name ?? "");
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [events, setEvents] = useState<string[]>(webhook?.events ?? []);
  const [description, setDescription] = useState(webhook?.description ?? "");
  const [secret, setSecret] = useState("");
  const [unsigned, setUnsigned] = useState(false);
  const [tried, setTried] = useState(false);
  const create = useCreateWebhook(project);
  const update = useUpdateWebhook(project, webhook?.id ?? "");
  const { error, isPending } = webhook ? update : create;

  const problems = {
    name: NAME.test(name) ? null : name ? RULE : "Give it a name.",
    url: url ? null : "Enter a URL.",
    events: events.length > 0 ? null : "Choose at least one.",
  };
  const problemOf = (field: keyof typeof problems) => (tried && problems[field]) || null;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (problems.name || problems.url || problems.events) return;
    const body = { name, url, events: events as WebhookEvent[], description: description.trim() };
    if (webhook) {
      const changed = unsigned ? { secret: "" } : secret ? { secret } : {};
      update.mutate({ ...body, ...changed }, { onSuccess: onClose });
    } else {
      create.mutate({ ...body, secret: secret || null }, { onSuccess: onClose });
    }
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={problemOf("name")}
        />
        <TextInput
          label="URL"
          description="Each event is sent to this URL by POST. It must be public and https, unless the server's settings allow others."
          placeholder="https://ci.example.com/hooks/deploy"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={problemOf("url") ?? (error && <Refusal error={error} />)}
        />
        <Checkbox.Group label="Events" value={events} onChange={setEvents} error={problemOf("events")}>
          <SimpleGrid cols={{ base: 1, xs: 2 }} mt={6}>
            {EVENT_GROUPS.map((group) => (
              <fieldset key={group.label} className={classes.events}>
                <legend>{group.label}</legend>
                {group.events.map(([event, label]) => (
                  <Checkbox key={event} value={event} label={label} title={event} />
                ))}
              </fieldset>
            ))}
          </SimpleGrid>
        </Checkbox.Group>
        <TextInput
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <PasswordInput
          label="Secret"
          size="xs"
          description={
            webhook?.has_secret
              ? "A secret is set and is never shown. Type a new one to replace it."
              : "Signs each request so that the receiver can verify the sender. It is never shown again."
          }
          autoComplete="new-password"
          value={secret}
          disabled={unsigned}
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
        {webhook?.has_secret && (
          <Checkbox
            label="Remove the secret: requests are no longer signed"
            checked={unsigned}
            onChange={(event) => setUnsigned(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending}>
            {webhook ? "Save" : "Create webhook"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What the server does not accept is almost always the address. */
function Refusal({ error }: { error: Error }) {
  const hint = error instanceof ApiError ? error.hint : null;
  return (
    <>
      {messageOf(error)} {hint}
    </>
  );
}
