import { useNavigate } from "@tanstack/react-router";
import { useCreateProject } from "@/api/projects";
import { CreateDialog } from "@/ui/CreateDialog";

export function CreateProject({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const create = useCreateProject();
  const navigate = useNavigate();
  return (
    <CreateDialog
      opened={opened}
      onClose={onClose}
      noun="project"
      create={create}
      onCreated={({ name }) => navigate({ to: "/p/$project/models", params: { project: name } })}
    />
  );
}
