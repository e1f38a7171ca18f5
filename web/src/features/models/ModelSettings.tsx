import { Button, Select, Switch } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useDeleteModel, useUpdateModel } from "@/api/models";
import { useMay } from "@/api/permissions";
import type { Model } from "@/api/types";
import { metricTitle, plural } from "@/lib/format";
import { DangerConfirm } from "@/ui/DangerConfirm";
import { InlineEdit } from "@/ui/InlineEdit";
import { Needs } from "@/ui/Needs";
import { notifyError } from "@/ui/notify";
import { Content, Facts, Section } from "@/ui/Section";
import { Time } from "@/ui/Time";
import classes from "./ModelPage.module.css";
import { metricChoices } from "./metrics";

export function ModelSettings({ project, model }: { project: string; model: Model }) {
  const update = useUpdateModel(project, model.name);
  const may = useMay();
  const [deleting, { open, close }] = useDisclosure(false);
  return (
    <Content>
      <Section title="About">
        <Facts
          items={[
            ["Versions", plural(model.version_count, "version")],
            ["Created", <Time key="created" at={model.created_at} />],
            ["Created by", model.created_by],
            ["Last modified", <Time key="modified" at={model.updated_at} />],
          ]}
        />
      </Section>
      <Section title="Description">
        <InlineEdit
          label="description of the model"
          permission="project:models:write"
          value={model.description}
          onSave={(description) => update.mutateAsync({ description })}
          multiline
        />
      </Section>
      <Section title="Default metric">
        <Select
          className={classes.form}
          aria-label="Default metric"
          description="Shown in the Metric column and used to sort and compare versions. It is measured on the test split."
          data={metricChoices(model).map((name) => ({ value: name, label: metricTitle(name) }))}
          value={model.default_metric}
          placeholder="By the output type of the latest version"
          disabled={update.isPending || !may("project:models:write")}
          onChange={(value) =>
            value &&
            update.mutate(
              { default_metric: value },
              { onError: (error) => notifyError("The default metric was not changed", error) },
            )
          }
        />
      </Section>
      <Section title="Semantic versions">
        <Switch
          label="Give new versions the smallest semantic version that the changes allow"
          checked={model.uses_semver}
          disabled={update.isPending}
          onChange={(event) =>
            update.mutate(
              { uses_semver: event.currentTarget.checked },
              { onError: (error) => notifyError("Semantic versions were not switched", error) },
            )
          }
        />
      </Section>
      <Section title="Delete">
        <div className={classes.danger}>
          <div>
            <strong>Delete this model</strong>
            <p>Its versions, their files and their history go with it. This cannot be undone.</p>
          </div>
          <Needs permission="project:models:delete">
            <Button color="red.8" variant="outline" onClick={open} className={classes.delete}>
              Delete model
            </Button>
          </Needs>
        </div>
      </Section>
      <DeleteModel project={project} model={model} opened={deleting} onClose={close} />
    </Content>
  );
}

interface DeleteProps {
  project: string;
  model: Model;
  opened: boolean;
  onClose: () => void;
}

function DeleteModel({ project, model, opened, onClose }: DeleteProps) {
  const remove = useDeleteModel(project, model.name);
  const navigate = useNavigate();
  return (
    <DangerConfirm
      opened={opened}
      onClose={onClose}
      title={`Delete ${model.name}?`}
      losses={[
        `the model ${model.name} and its description`,
        `${plural(model.version_count, "version")}, archived ones included`,
        "all model files, learning curves, logs, evaluations and explanations of these versions",
      ]}
      name={model.name}
      verb="Delete model"
      onConfirm={async () => {
        await remove.mutateAsync();
        navigate({ to: "/p/$project/models", params: { project } });
      }}
    />
  );
}
