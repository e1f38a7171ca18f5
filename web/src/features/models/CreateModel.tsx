import { useNavigate } from "@tanstack/react-router";
import { useCreateModel } from "@/api/models";
import { CreateDialog } from "@/ui/CreateDialog";

interface Props {
  project: string;
  opened: boolean;
  onClose: () => void;
}

export function CreateModel({ project, opened, onClose }: Props) {
  const create = useCreateModel(project);
  const navigate = useNavigate();
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      noun="model"
      title="New empty model"
      create={create}
      onCreated={({ name }) => navigate({ to: "/p/$project/models/$model", params: { project, model: name } })}
    />
  );
}
