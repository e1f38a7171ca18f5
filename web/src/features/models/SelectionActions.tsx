import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArchive, IconArchiveOff, IconGitCompare, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { VersionSummary } from "@/api/types";
import { useUpdateVersions } from "@/api/versions";
import { DeleteVersions } from "@/features/versions/actions/DeleteVersions";
import { plural } from "@/lib/format";
import { HiddenWithout } from "@/ui/Needs";
import { notifyError } from "@/ui/notify";
import { notifyUndo } from "@/ui/notifyUndo";
import { isMoving } from "@/ui/status";
import { TagSelected } from "./TagSelected";

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

  const subject = numbers.length === 1 ? `${model}/${numbers[0]}` : plural(numbers.length, "version");
  const refused = (error: Error) => notifyError("Not all versions were changed", error);
  // Awaited, because the button that began it goes away with the rows.
  const archive = async () => {
    const changed = versions.filter((version) => version.archived === archived).map(({ number }) => number);
    try {
      await update.mutateAsync({ numbers: changed, body: { archived: !archived } });
    } catch (error) {
      return refused(error as Error);
    }
    onDone();
    notifyUndo(`${subject} ${archived ? "unarchived" : "archived"}`, () => {
      update.mutateAsync({ numbers: changed, body: { archived } }).catch(refused);
    });
  };
  const tag = async (key: string, value: string) => {
    await update.mutateAsync({ numbers, body: { tags: { [key]: value } } });
    onDone();
  };

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
        <TagSelected onTag={tag} />
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
