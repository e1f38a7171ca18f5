import type { VersionSummary } from "@/api/types";
import { useDeleteVersions } from "@/api/versions";
import { plural } from "@/lib/format";
import { DangerConfirm } from "@/ui/DangerConfirm";
import { referenceOf } from "./state";

interface Props {
  project: string;
  model: string;
  versions: VersionSummary[];
  opened: boolean;
  onClose: () => void;
  onDeleted?: () => void;
}

const MAX_LISTED_NAMES = 8;

export function DeleteVersions({ project, model, versions, opened, onClose, onDeleted }: Props) {
  const remove = useDeleteVersions(project, model);
  const [only] = versions;
  const single = versions.length === 1 && only !== undefined;
  const title = single ? `Delete ${referenceOf(only)}?` : `Delete ${versions.length} versions of ${model}?`;
  const losses = [
    ...versions.slice(0, MAX_LISTED_NAMES).map((version) => (
      <>
        #{version.number}
        {version.description && ` ${version.description}`}
        {version.starred && " (starred)"}
        {version.is_default && " (answers queries that name only the model)"}
      </>
    )),
    ...(versions.length > MAX_LISTED_NAMES
      ? [`and ${plural(versions.length - MAX_LISTED_NAMES, "more version")}`]
      : []),
    `${single ? "its" : "their"} model files, learning curves, log, evaluation and explanation`,
  ];
  return (
    <DangerConfirm
      opened={opened}
      onClose={onClose}
      title={title}
      losses={losses}
      name={single ? referenceOf(only) : model}
      verb={single ? "Delete version" : `Delete ${versions.length} versions`}
      onConfirm={async () => {
        await remove.mutateAsync(versions.map(({ number }) => number));
        onDeleted?.();
      }}
    />
  );
}
