import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp, IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMoveExperiments, useUpdateExperiment } from "@/api/experiments";
import type { Experiment } from "@/api/types";
import { RenameDialog } from "@/ui/RenameDialog";
import { useMoveWithUndo } from "@/ui/useMoveWithUndo";
import { experimentNameProblem } from "./CreateExperiment";

/** What can be done with an experiment in a list. */
export function ExperimentMenu({ project, experiment }: { project: string; experiment: Experiment }) {
  const { id, name, state } = experiment;
  const [renaming, { open, close }] = useDisclosure(false);
  const update = useUpdateExperiment(project, id);
  const move = useMoveWithUndo(useMoveExperiments(project), "experiment");
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {state === "active" ? (
            <>
              <Menu.Item leftSection={<IconPencil size={15} />} onClick={open}>
                Rename
              </Menu.Item>
              <Menu.Item
                leftSection={<IconTrash size={15} />}
                c="var(--bad)"
                onClick={() => move([experiment], "deleted")}
              >
                Delete
              </Menu.Item>
            </>
          ) : (
            <Menu.Item leftSection={<IconArrowBackUp size={15} />} onClick={() => move([experiment], "active")}>
              Restore
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <RenameDialog
        opened={renaming}
        onClose={close}
        noun="experiment"
        name={name}
        problemOf={experimentNameProblem}
        onRename={(next) => update.mutateAsync({ name: next })}
      />
    </>
  );
}
