import { ActionIcon, Menu } from "@mantine/core";
import { useClipboard, useDisclosure } from "@mantine/hooks";
import {
  IconArchive,
  IconArchiveOff,
  IconBulb,
  IconCopy,
  IconDots,
  IconDownload,
  IconFileText,
  IconPlayerStop,
  IconRefresh,
  IconSparkles,
  IconStar,
  IconStarOff,
  IconTrash,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { VersionSummary } from "@/api/types";
import { useCancelVersion, useUpdateVersion, versionUrl } from "@/api/versions";
import { HiddenWithout } from "@/ui/Needs";
import { notifyError } from "@/ui/notify";
import { notifyUndo } from "@/ui/notifyUndo";
import { isMoving } from "@/ui/status";
import { DeleteVersions } from "./DeleteVersions";
import { isUsable, referenceOf, wasTrained } from "./state";
import { useRetrain } from "./useRetrain";

interface Props {
  project: string;
  version: VersionSummary;
  onDeleted?: () => void;
  /** The button looks like those beside it on a version's own page. */
  framed?: boolean;
  /** Whether it is open from the start. */
  opened?: boolean;
}

const ICON = 15;

/** Everything that can be done with one version. */
export function VersionMenu({ project, version, onDeleted, framed = false, opened = false }: Props) {
  const { model, number, status, starred, archived } = version;
  const path = { project, model, number };
  const name = referenceOf(version);
  const moving = isMoving(status);
  const trained = wasTrained(version);
  const [shown, setShown] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  const [deleting, { open, close }] = useDisclosure(false);
  const clipboard = useClipboard();
  const update = useUpdateVersion(path);
  const cancel = useCancelVersion(path);
  const { retrain } = useRetrain(project, version);
  useEffect(() => {
    if (!opened) return;
    // The focus comes back to where it was when the menu opened.
    target.current?.focus();
    setShown(true);
  }, [opened]);

  const refused = (title: string) => ({ onError: (error: Error) => notifyError(title, error) });

  const change = (body: { starred?: boolean; archived?: boolean }) =>
    update.mutate(body, refused(`${name} was not changed`));
  const archive = () =>
    update
      .mutateAsync({ archived: !archived })
      .then(() =>
        notifyUndo(`${name} ${archived ? "unarchived" : "archived"}`, () => {
          update.mutateAsync({ archived }).catch((error) => notifyError(`${name} was not changed`, error));
        }),
      )
      .catch((error) => notifyError(`${name} was not changed`, error));
  return (
    <>
      <Menu width={250} opened={shown} onChange={setShown}>
        <Menu.Target>
          <ActionIcon
            ref={target}
            variant={framed ? "default" : "subtle"}
            size={framed ? 30 : 28}
            aria-label={`Actions for ${name}`}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {trained && (
            <HiddenWithout permission="project:models:train">
              <Menu.Item
                leftSection={<IconSparkles size={ICON} />}
                renderRoot={(props) => (
                  <Link to="/p/$project/models/$model/new" params={path} search={{ from: number }} {...props} />
                )}
              >
                New version from #{number}
              </Menu.Item>
              <Menu.Item leftSection={<IconRefresh size={ICON} />} onClick={retrain}>
                Retrain with the same config
              </Menu.Item>
            </HiddenWithout>
          )}
          <Menu.Item
            leftSection={<IconBulb size={ICON} />}
            renderRoot={(props) => (
              <Link
                to="/p/$project/models/$model/versions/$number"
                params={path}
                search={{ tab: "copilot" }}
                {...props}
              />
            )}
          >
            Data Science Co-Pilot
          </Menu.Item>
          {moving && (
            <HiddenWithout permission="project:models:train">
              <Menu.Item
                leftSection={<IconPlayerStop size={ICON} />}
                disabled={status === "Canceling"}
                onClick={() => cancel.mutate(undefined, refused(`${name} was not canceled`))}
              >
                Cancel training
              </Menu.Item>
            </HiddenWithout>
          )}
          <HiddenWithout permission="project:models:write">
            <Menu.Divider />
            <Menu.Item
              leftSection={starred ? <IconStarOff size={ICON} /> : <IconStar size={ICON} />}
              onClick={() => change({ starred: !starred })}
            >
              {starred ? "Remove star" : "Star"}
            </Menu.Item>
            <Menu.Item
              leftSection={archived ? <IconArchiveOff size={ICON} /> : <IconArchive size={ICON} />}
              onClick={archive}
            >
              {archived ? "Unarchive" : "Archive"}
            </Menu.Item>
            <Menu.Divider />
          </HiddenWithout>
          {isUsable(status) && (
            <Menu.Item
              leftSection={<IconDownload size={ICON} />}
              component="a"
              href={versionUrl(path, "download")}
              download
            >
              Download model
            </Menu.Item>
          )}
          {trained && (
            <Menu.Item
              leftSection={<IconFileText size={ICON} />}
              component="a"
              href={versionUrl(path, "log/download")}
              download
            >
              Download log
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconCopy size={ICON} />} onClick={() => clipboard.copy(name)}>
            Copy ID
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={ICON} />} onClick={() => clipboard.copy(`models:/${name}`)}>
            Copy models:/ URI
          </Menu.Item>
          <HiddenWithout permission="project:models:delete">
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconTrash size={ICON} />}
              c={moving ? undefined : "var(--bad)"}
              disabled={moving}
              onClick={open}
            >
              Delete{moving && " (cancel it first)"}
            </Menu.Item>
          </HiddenWithout>
        </Menu.Dropdown>
      </Menu>
      <DeleteVersions
        project={project}
        model={model}
        versions={[version]}
        opened={deleting}
        onClose={close}
        onDeleted={onDeleted}
      />
    </>
  );
}
