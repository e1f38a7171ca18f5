import { Button, Group, Modal, Progress, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { ApiError, messageOf } from "@/api/errors";
import type { UploadStage } from "@/api/events";
import type { UploadResult } from "@/api/types";
import { formatBytes } from "@/lib/format";
import { nameFromFile, nameProblem } from "@/lib/names";
import { Problems } from "@/ui/Problems";
import { FileDrop } from "./FileDrop";
import classes from "./UploadDialog.module.css";
import { type UploadState, useUpload } from "./useUpload";

interface Props {
  project: string;
  /** The dataset that gets a new version; without it the form asks for a name. */
  dataset?: string;
  opened: boolean;
  onClose: () => void;
  /** A file that was dropped on the page. */
  file?: File | null;
}

export function UploadDialog(props: Props) {
  const { dataset, opened, onClose } = props;
  const [busy, setBusy] = useState(false);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={dataset ? `New version of ${dataset}` : "Upload a dataset"}
      closeOnClickOutside={!busy}
      closeOnEscape={!busy}
      withCloseButton={!busy}
    >
      <Form {...props} onBusy={setBusy} />
    </Modal>
  );
}

function Form({ project, dataset, onClose, file: dropped, onBusy }: Props & { onBusy: (busy: boolean) => void }) {
  const [file, setFile] = useState<File | null>(dropped ?? null);
  const [name, setName] = useState(dataset ?? (dropped ? nameFromFile(dropped.name) : ""));
  const [tried, setTried] = useState(false);
  const navigate = useNavigate();

  const finish = (result: UploadResult) => {
    const { dataset: made, number } = result.version;
    notifications.show(
      result.created
        ? {
            title: `${made}@${number} is ready`,
            message: `${result.version.row_count.toLocaleString("en")} rows, ${result.version.columns.length} columns`,
          }
        : { title: "Nothing changed", message: `The table is the same as ${made}@${number}.`, color: "gray" },
    );
    onClose();
    navigate({ to: "/p/$project/datasets/$dataset/versions/$number", params: { project, dataset: made, number } });
  };
  const upload = useUpload(project, finish);
  const busy = upload.state.step !== "idle";
  const problem = nameProblem(name);

  const choose = (next: File) => {
    setFile(next);
    upload.reset();
    if (!dataset && (name === "" || (file && name === nameFromFile(file.name)))) setName(nameFromFile(next.name));
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (!file || problem) return;
    onBusy(true);
    await upload.start(name, file);
    onBusy(false);
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <FileDrop file={file} onFile={choose} disabled={busy} missing={tried && !file} />
        {!dataset && (
          <TextInput
            label="Name"
            description="An existing dataset of this name gets a new version."
            value={name}
            disabled={busy}
            onChange={(event) => setName(event.currentTarget.value)}
            error={tried && problem}
          />
        )}
        {upload.state.step === "idle" ? (
          <Failure error={upload.state.error} />
        ) : (
          <Moving state={upload.state} file={file} />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={busy ? upload.cancel : onClose}>
            {busy ? "Cancel upload" : "Close"}
          </Button>
          <Button type="submit" loading={busy} data-autofocus={dropped ? true : undefined}>
            Upload
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const STAGES: Record<UploadStage, string> = {
  receiving: "Receiving",
  reading: "Reading the table",
  profiling: "Computing the profile",
  storing: "Storing",
};

function Moving({ state, file }: { state: Exclude<UploadState, { step: "idle" }>; file: File | null }) {
  const sending = state.step === "sending";
  const fraction = state.fraction;
  const text = sending
    ? `Sending ${file ? formatBytes(file.size * state.fraction) : ""} of ${file ? formatBytes(file.size) : ""}`
    : STAGES[state.stage];
  return (
    <div aria-live="polite">
      <div className={classes.moving}>
        <span>{text}…</span>
        {fraction !== null && <span className="tabular">{Math.round(fraction * 100)}%</span>}
      </div>
      <Progress
        value={fraction === null ? 100 : fraction * 100}
        animated={fraction === null}
        size={6}
        aria-label={text}
      />
    </div>
  );
}

function Failure({ error }: { error: unknown }) {
  if (error === null) return null;
  const api = error instanceof ApiError ? error : null;
  // The message says the first of them itself.
  const others = api?.problems.slice(1) ?? [];
  return (
    <div role="alert" className={classes.failure}>
      <Text size="sm" fw={500} c="var(--bad)">
        {messageOf(error)}
      </Text>
      {others.length > 0 && <Problems problems={others} label="More problems" />}
      {api?.hint && (
        <Text size="sm" c="dimmed">
          {api.hint}
        </Text>
      )}
    </div>
  );
}
