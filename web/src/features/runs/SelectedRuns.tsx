import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp, IconGitCompare, IconPackageImport, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMoveRuns } from "@/api/runs";
import type { RunSummary } from "@/api/types";
import { HiddenWithout } from "@/ui/Needs";
import { useMoveWithUndo } from "@/ui/useMoveWithUndo";
import { MAX_COMPARED } from "./compare/search";
import { RegisterDialog } from "./RegisterDialog";
import { NO_MODEL, useHasModels } from "./useHasModels";

interface Props {
  project: string;
  runs: RunSummary[];
  onDone: () => void;
}

/** What can be done with the selected runs. */
export function SelectedRuns({ project, runs, onDone }: Props) {
  const [registering, { open, close }] = useDisclosure(false);
  const move = useMoveWithUndo(useMoveRuns(project), "run");
  const deleted = runs.every(({ state }) => state === "deleted");
  const comparable = runs.length >= 2 && runs.length <= MAX_COMPARED;
  const [only] = runs;
  const hasModels = useHasModels(project, runs.length === 1 ? only?.id : undefined);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconGitCompare size={15} />}
        disabled={!comparable}
        title={runs.length > MAX_COMPARED ? `At most ${MAX_COMPARED} runs can be compared` : undefined}
        renderRoot={
          comparable
            ? (props) => (
                <Link
                  to="/p/$project/runs/compare"
                  params={{ project }}
                  search={{ run: runs.map(({ id }) => id) }}
                  {...props}
                />
              )
            : undefined
        }
      >
        Compare
      </Button>
      {!deleted && (
        <HiddenWithout permission="project:models:write">
          <Button
            variant="default"
            leftSection={<IconPackageImport size={15} />}
            disabled={!hasModels}
            title={runs.length !== 1 ? "Select one run to register its model" : hasModels ? undefined : NO_MODEL}
            onClick={open}
          >
            Register
          </Button>
        </HiddenWithout>
      )}
      <HiddenWithout permission="project:experiments:delete">
        <Button
          variant="default"
          c={deleted ? undefined : "var(--bad)"}
          leftSection={deleted ? <IconArrowBackUp size={15} /> : <IconTrash size={15} />}
          onClick={() => move(runs, deleted ? "active" : "deleted", onDone)}
        >
          {deleted ? "Restore" : "Delete"}
        </Button>
      </HiddenWithout>
      {only && <RegisterDialog project={project} run={only} opened={registering} onClose={close} />}
    </>
  );
}
