import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { ApiError, messageOf } from "@/api/errors";
import { nameProblem } from "@/lib/names";

interface Named {
  name: string;
  description: string;
}

interface Props<Made> {
  opened: boolean;
  onClose: () => void;
  /** What is made, e.g. `model`. */
  noun: string;
  title?: string;
  /** What the name may be and is for. */
  rule?: string;
  /** What is wrong with a name, or null. */
  problemOf?: (name: string) => string | null;
  create: UseMutationResult<Made, Error, Named>;
  onCreated: (made: Made) => void;
}

/** Makes something that has a name and a description. */
export function CreateDialog<Made>(props: Props<Made>) {
  const { opened, onClose, noun, title = `New ${noun}` } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Form {...props} />
    </Modal>
  );
}

const RULE = "Letters, digits, '.', '_' and '-'. It is part of every address and cannot be changed.";

function Form<Made>({ onClose, noun, rule = RULE, problemOf = nameProblem, create, onCreated }: Props<Made>) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [tried, setTried] = useState(false);
  const problem = problemOf(name);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (problem) return;
    create.mutate(
      { name, description: description.trim() },
      {
        onSuccess: (made) => {
          onClose();
          onCreated(made);
        },
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          label="Name"
          description={rule}
          data-autofocus
          value={name}
          onChange={(event) => {
            create.reset();
            setName(event.currentTarget.value);
          }}
          error={(tried && problem) || (create.error && refusal(create.error, noun))}
        />
        <Textarea
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create {noun}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function refusal(error: Error, noun: string): string {
  const taken = error instanceof ApiError && error.code === "already_exists";
  return taken ? `${/^[aeiou]/.test(noun) ? "An" : "A"} ${noun} of this name exists already.` : messageOf(error);
}
