import { ActionIcon } from "@mantine/core";
import { IconStar, IconStarFilled } from "@tabler/icons-react";
import type { VersionSummary } from "@/api/types";
import { useUpdateVersion } from "@/api/versions";
import { Needs } from "@/ui/Needs";
import { notifyError } from "@/ui/notify";
import classes from "./StarButton.module.css";
import { referenceOf } from "./state";

export function StarButton({ project, version }: { project: string; version: VersionSummary }) {
  const { model, number } = version;
  const update = useUpdateVersion({ project, model, number });
  const starred = update.isPending ? (update.variables.starred ?? version.starred) : version.starred;
  return (
    <Needs permission="project:models:write">
      <ActionIcon
        className={classes.star}
        data-starred={starred || undefined}
        aria-label={`Star ${referenceOf(version)}`}
        aria-pressed={starred}
        onClick={() =>
          update.mutate(
            { starred: !version.starred },
            { onError: (error) => notifyError(`${referenceOf(version)} was not changed`, error) },
          )
        }
      >
        {starred ? <IconStarFilled size={15} /> : <IconStar size={15} />}
      </ActionIcon>
    </Needs>
  );
}
