import { ActionIcon, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp, IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMoveExperiments, useUpdateExperiment } from "@/api/experiments";
import { useMay } from "@/api/permissions";
import type { Experiment } from "@/api/types";
import { HiddenWithout } from "@/ui/Needs";
import { RenameDialog } from "@/ui/RenameDialog";
import { useMoveWithUndo } from "@/ui/useMoveWithUndo";
import { experimentNameProblem } from "./CreateExperiment";

/** What can be done with an experiment in a list. */
export function ExperimentMenu({ project, experiment }: { project: string; experiment: Experiment }) {
  const { id, name, state } = experiment;
  const [renaming, { open, close }] = useDisclosure(false);
  const may = useMay();
  const update = useUpdateExperiment(project, id);
  const move = useMoveWithUndo(useMoveExperiments(project), "experiment");
  const mayChange = state === "active" && may("project:experiments:write") !== false;
  if (!mayChange && may("project:experiments:delete") === false) return null;
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
              <HiddenWithout permission="project:experiments:write">
                <Menu.Item leftSection={<IconPencil size={15} />} onClick={open}>
                  Rename
                </Menu.Item>
              </HiddenWithout>
              <HiddenWithout permission="project:experiments:delete">
                <Menu.Item
                  leftSection={<IconTrash size={15} />}
                  c="var(--bad)"
                  onClick={() => move([experiment], "deleted")}
                >
                  Delete
                </Menu.Item>
              </HiddenWithout>
            </>
          ) : (
            <HiddenWithout permission="project:experiments:delete">
              <Menu.Item leftSection={<IconArrowBackUp size={15} />} onClick={() => move([experiment], "active")}>
                Restore
              </Menu.Item>
            </HiddenWithout>
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
