import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { ApiError, messageOf } from "@/api/errors";
import { useCreateModel } from "@/api/models";
import { nameProblem } from "@/lib/names";

interface Props {
  project: string;
  opened: boolean;
  onClose: () => void;
}

export function CreateModel({ project, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="New empty model">
      <Form project={project} onClose={onClose} />
    </Modal>
  );
}

function Form({ project, onClose }: Omit<Props, "opened">) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [tried, setTried] = useState(false);
  const create = useCreateModel(project);
  const navigate = useNavigate();
  const problem = nameProblem(name);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (problem) return;
    create.mutate(
      { name, description: description.trim() },
      {
        onSuccess: (model) => {
          onClose();
          navigate({ to: "/p/$project/models/$model", params: { project, model: model.name } });
        },
      },
    );
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="Letters, digits, '.', '_' and '-'. It is part of every address and cannot be changed."
          data-autofocus
          value={name}
          onChange={(event) => {
            create.reset();
            setName(event.currentTarget.value);
          }}
          error={(tried && problem) || (create.error && refusal(create.error))}
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
            Create model
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function refusal(error: Error): string {
  if (error instanceof ApiError && error.code === "already_exists") return "A model of this name exists already.";
  return messageOf(error);
}
