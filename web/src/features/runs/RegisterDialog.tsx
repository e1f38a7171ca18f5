import {
  Alert,
  Autocomplete,
  Button,
  Group,
  Modal,
  NativeSelect,
  Skeleton,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useState } from "react";
import { runModelsQuery, useRegisterRun } from "@/api/artifacts";
import { ApiError, messageOf } from "@/api/errors";
import { modelsQuery } from "@/api/models";
import { itemsOf } from "@/api/pages";
import type { RunModel } from "@/api/types";
import { nameProblem } from "@/lib/names";
import { ErrorState } from "@/ui/States";

interface Props {
  project: string;
  run: { id: string; name: string };
  opened: boolean;
  onClose: () => void;
  /** The model to begin with, where the run has several. */
  initial?: RunModel;
}

/** Makes a model that a run left the next version of a model. */
export function RegisterDialog(props: Props) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={`Register a model of ${props.run.name}`}>
      <Loaded {...props} />
    </Modal>
  );
}

function Loaded(props: Props) {
  const models = useQuery(runModelsQuery(props.project, props.run.id));
  if (models.error) return <ErrorState error={models.error} retry={models.refetch} />;
  if (!models.data) return <Skeleton height={180} />;
  if (models.data.length === 0) {
    return (
      <Text size="sm">
        No model was logged. Log one with <code className="mono">mlflow.&lt;flavor&gt;.log_model</code>, then register
        it.
      </Text>
    );
  }
  return <Form {...props} models={models.data} />;
}

function Form({ project, run, onClose, models, initial }: Props & { models: RunModel[] }) {
  const [source, setSource] = useState(initial?.uri ?? models[0]?.uri ?? "");
  const [model, setModel] = useState("");
  const [description, setDescription] = useState("");
  const [semver, setSemver] = useState("");
  const [aliases, setAliases] = useState<string[]>([]);
  const [tried, setTried] = useState(false);
  const known = itemsOf(useInfiniteQuery(modelsQuery(project, { sort: "name", order: "asc" })).data);
  const register = useRegisterRun(project, run.id);
  const navigate = useNavigate();
  const problem = nameProblem(model);
  const isNew = problem === null && !known.some(({ name }) => name === model);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const chosen = models.find(({ uri }) => uri === source);
    if (problem || !chosen) return;
    const { path, logged_model_id } = chosen;
    register.mutate(
      { model, path, logged_model_id, description: description.trim(), semver: semver.trim() || null, aliases },
      {
        onSuccess: (version) => {
          onClose();
          navigate({
            to: "/p/$project/models/$model/versions/$number",
            params: { project, model: version.model, number: version.number },
          });
        },
      },
    );
  };
  const refused = register.error;

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {models.length > 1 && (
          <NativeSelect
            label="Model of the run"
            size="xs"
            data={models.map(({ uri, name }) => ({ value: uri, label: name }))}
            value={source}
            onChange={(event) => setSource(event.currentTarget.value)}
          />
        )}
        <Autocomplete
          label="Register as"
          description={isNew ? "A new model is created." : "It becomes the next version of this model."}
          size="xs"
          data-autofocus
          data={known.map(({ name }) => name)}
          value={model}
          onChange={(next) => {
            register.reset();
            setModel(next);
          }}
          error={tried && problem}
        />
        <TextInput
          label="Semantic version"
          description="Leave empty for the next number that the signature allows."
          placeholder="1.2.0"
          value={semver}
          onChange={(event) => setSemver(event.currentTarget.value)}
        />
        <TagsInput
          label="Aliases"
          description="Names that move to this version, e.g. champion. Enter adds one."
          size="xs"
          value={aliases}
          onChange={setAliases}
        />
        <Textarea
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        {refused && (
          <Alert color="red" variant="light" title={messageOf(refused)}>
            {refused instanceof ApiError && refused.hint}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={register.isPending}>
            Register
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
