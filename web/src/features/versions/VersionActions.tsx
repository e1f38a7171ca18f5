import { Button } from "@mantine/core";
import { IconDownload, IconPlayerStop, IconRefresh, IconSparkles } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import type { Version } from "@/api/types";
import { useCancelVersion, versionUrl } from "@/api/versions";
import { Needs } from "@/ui/Needs";
import { notifyError } from "@/ui/notify";
import { isMoving } from "@/ui/status";
import { StarButton } from "./actions/StarButton";
import { isUsable, referenceOf, wasTrained } from "./actions/state";
import { useRetrain } from "./actions/useRetrain";
import { VersionMenu } from "./actions/VersionMenu";

export function VersionActions({ project, version }: { project: string; version: Version }) {
  const { model, number, status } = version;
  const path = { project, model, number };
  const cancel = useCancelVersion(path);
  const { retrain, isPending } = useRetrain(project, version);
  const navigate = useNavigate();
  return (
    <>
      <StarButton project={project} version={version} />
      {isMoving(status) ? (
        <Needs permission="project:models:train">
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={15} />}
            loading={cancel.isPending}
            disabled={status === "Canceling"}
            onClick={() =>
              cancel.mutate(undefined, {
                onError: (error) => notifyError(`${referenceOf(version)} was not canceled`, error),
              })
            }
          >
            Cancel
          </Button>
        </Needs>
      ) : (
        wasTrained(version) && (
          <Needs permission="project:models:train">
            <Button variant="default" leftSection={<IconRefresh size={15} />} loading={isPending} onClick={retrain}>
              Retrain
            </Button>
          </Needs>
        )
      )}
      {isUsable(status) && !(version.source && version.file_count === 0) && (
        <Button
          variant="default"
          leftSection={<IconDownload size={15} />}
          component="a"
          href={versionUrl(path, "download")}
          download
        >
          Download
        </Button>
      )}
      {wasTrained(version) && (
        <Needs permission="project:models:train">
          <Button
            variant="default"
            leftSection={<IconSparkles size={15} />}
            renderRoot={(props) => (
              <Link to="/p/$project/models/$model/new" params={path} search={{ from: number }} {...props} />
            )}
          >
            New version from this
          </Button>
        </Needs>
      )}
      <VersionMenu
        project={project}
        version={version}
        framed
        onDeleted={() => navigate({ to: "/p/$project/models/$model", params: path })}
      />
    </>
  );
}
