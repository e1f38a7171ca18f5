import { Button, Group, Modal, Progress, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { type DragEvent, type SubmitEvent, useRef, useState } from "react";
import { ApiError, messageOf } from "@/api/errors";
import { type ModelFile, uploadModel } from "@/api/modelUpload";
import { formatBytes, plural } from "@/lib/format";
import { nameProblem } from "@/lib/names";
import { chosenFiles, droppedFiles } from "./droppedFiles";
import classes from "./UploadModel.module.css";

interface Props {
  project: string;
  /** The model that gets a new version; without it the form asks for a name. */
  model?: string;
  opened: boolean;
  onClose: () => void;
}

/** Makes a folder that MLflow or Ludwig has saved, or a zip file of it, a version. */
export function UploadModel(props: Props) {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.model ? `Upload a version of ${props.model}` : "New model from files"}
      closeOnClickOutside={false}
    >
      <Form {...props} />
    </Modal>
  );
}

function Form({ project, model, onClose }: Props) {
  const [files, setFiles] = useState<ModelFile[]>([]);
  const [name, setName] = useState(model ?? "");
  const [description, setDescription] = useState("");
  const [fraction, setFraction] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const aborting = useRef<AbortController | null>(null);
  const navigate = useNavigate();
  const busy = fraction !== null;
  const problem = nameProblem(name);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (files.length === 0 || problem) return;
    setError(null);
    setFraction(0);
    const controller = new AbortController();
    aborting.current = controller;
    try {
      const target = { project, model: name, description };
      const version = await uploadModel(target, files, setFraction, controller.signal);
      notifications.show({ title: `${version.model}/${version.number} is ready`, message: "The model was uploaded." });
      onClose();
      navigate({
        to: "/p/$project/models/$model/versions/$number",
        params: { project, model: version.model, number: version.number },
      });
    } catch (refused) {
      if (!controller.signal.aborted) setError(refused);
    } finally {
      setFraction(null);
    }
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <ModelFiles files={files} onFiles={setFiles} disabled={busy} />
        {!model && (
          <TextInput
            label="Name"
            description="An existing model of this name gets a new version."
            value={name}
            disabled={busy}
            onChange={(event) => setName(event.currentTarget.value)}
            error={name !== "" && problem}
          />
        )}
        <TextInput
          label="Description of the version"
          value={description}
          disabled={busy}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        {busy && <Progress value={fraction * 100} size={6} aria-label="Sending" />}
        {error !== null && (
          <div role="alert">
            <Text size="sm" fw={500} c="var(--bad)">
              {messageOf(error)}
            </Text>
            {error instanceof ApiError && error.hint && (
              <Text size="sm" c="dimmed">
                {error.hint}
              </Text>
            )}
          </div>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={busy ? () => aborting.current?.abort() : onClose}>
            {busy ? "Cancel upload" : "Close"}
          </Button>
          <Button type="submit" loading={busy} disabled={files.length === 0 || problem !== null}>
            Upload
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface FilesProps {
  files: ModelFile[];
  onFiles: (files: ModelFile[]) => void;
  disabled: boolean;
}

function ModelFiles({ files, onFiles, disabled }: FilesProps) {
  const folder = useRef<HTMLInputElement>(null);
  const archive = useRef<HTMLInputElement>(null);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    if (!disabled) onFiles(await droppedFiles(event.dataTransfer.items));
  };
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the drop is an addition; the buttons inside do the same.
    <div className={classes.drop} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <input
        ref={folder}
        type="file"
        className={classes.input}
        aria-label="Model folder"
        tabIndex={-1}
        {...{ webkitdirectory: "" }}
        onChange={(event) => event.currentTarget.files && onFiles(chosenFiles(event.currentTarget.files))}
      />
      <input
        ref={archive}
        type="file"
        accept=".zip"
        className={classes.input}
        aria-label="Zip file"
        tabIndex={-1}
        onChange={(event) => event.currentTarget.files && onFiles(chosenFiles(event.currentTarget.files))}
      />
      <Group gap="xs" justify="center">
        <Button size="xs" variant="default" disabled={disabled} onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
        <Button size="xs" variant="default" disabled={disabled} onClick={() => archive.current?.click()}>
          Choose a zip file
        </Button>
      </Group>
      <Text size="sm" c="dimmed" aria-live="polite">
        {files.length > 0
          ? `${plural(files.length, "file")}, ${formatBytes(size)}`
          : "Or drop it here: what MLflow or Ludwig has saved."}
      </Text>
    </div>
  );
}
