import { Button, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { ApiError, messageOf } from "@/api/errors";
import { useCreateProject } from "@/api/projects";
import { nameProblem } from "@/lib/names";

export function CreateProject({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New project">
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [tried, setTried] = useState(false);
  const create = useCreateProject();
  const navigate = useNavigate();
  const problem = nameProblem(name);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (problem) return;
    create.mutate(
      { name, description },
      {
        onSuccess: (project) => {
          onClose();
          navigate({ to: "/p/$project/models", params: { project: project.name } });
        },
      },
    );
  };

  const refused = create.error ? fieldError(create.error) : null;
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
          error={(tried && problem) || refused}
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
            Create project
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function fieldError(error: Error): string {
  if (error instanceof ApiError && error.code === "already_exists") return "A project of this name exists already.";
  return messageOf(error);
}
