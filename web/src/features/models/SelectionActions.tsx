import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArchive, IconArchiveOff, IconGitCompare, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { VersionSummary } from "@/api/types";
import { useUpdateVersions } from "@/api/versions";
import { DeleteVersions } from "@/features/versions/actions/DeleteVersions";
import { HiddenWithout } from "@/ui/Needs";
import { notifyError } from "@/ui/notify";
import { isMoving } from "@/ui/status";

interface Props {
  project: string;
  model: string;
  versions: VersionSummary[];
  onDone: () => void;
}

/** What can be done with the selected versions. */
export function SelectionActions({ project, model, versions, onDone }: Props) {
  const [deleting, { open, close }] = useDisclosure(false);
  const update = useUpdateVersions(project, model);
  const numbers = versions.map(({ number }) => number).sort((a, b) => a - b);
  const archived = versions.every((version) => version.archived);
  const moving = versions.some(({ status }) => isMoving(status));

  const archive = () =>
    update.mutate(
      { numbers, body: { archived: !archived } },
      { onSuccess: onDone, onError: (error) => notifyError("Not all versions were changed", error) },
    );

  return (
    <>
      <Button
        variant="default"
        leftSection={<IconGitCompare size={15} />}
        disabled={numbers.length < 2}
        renderRoot={
          numbers.length < 2
            ? undefined
            : (props) => (
                <Link
                  to="/p/$project/models/$model/compare"
                  params={{ project, model }}
                  search={{ v: numbers }}
                  {...props}
                />
              )
        }
      >
        Compare
      </Button>
      <HiddenWithout permission="project:models:write">
        <Button
          variant="default"
          leftSection={archived ? <IconArchiveOff size={15} /> : <IconArchive size={15} />}
          loading={update.isPending}
          onClick={archive}
        >
          {archived ? "Unarchive" : "Archive"}
        </Button>
      </HiddenWithout>
      <HiddenWithout permission="project:models:delete">
        <Button
          variant="default"
          c={moving ? undefined : "var(--bad)"}
          leftSection={<IconTrash size={15} />}
          disabled={moving}
          title={moving ? "Some of them are still moving: cancel them first" : undefined}
          onClick={open}
        >
          Delete
        </Button>
      </HiddenWithout>
      <DeleteVersions
        project={project}
        model={model}
        versions={versions}
        opened={deleting}
        onClose={close}
        onDeleted={onDone}
      />
    </>
  );
}
