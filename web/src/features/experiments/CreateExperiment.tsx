import { useNavigate } from "@tanstack/react-router";
import { useCreateExperiment } from "@/api/experiments";
import { CreateDialog } from "@/ui/CreateDialog";

interface Props {
  project: string;
  opened: boolean;
  onClose: () => void;
}

export function CreateExperiment({ project, opened, onClose }: Props) {
  const create = useCreateExperiment(project);
  const navigate = useNavigate();
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      noun="experiment"
      rule="Unique in the project. It can be changed later."
      problemOf={experimentNameProblem}
      create={create}
      onCreated={({ id }) =>
        navigate({ to: "/p/$project/experiments/$experiment", params: { project, experiment: id } })
      }
    />
  );
}

export function experimentNameProblem(name: string): string | null {
  if (name.trim() === "") return "Give it a name.";
  return name.length > 500 ? "At most 500 characters." : null;
}
