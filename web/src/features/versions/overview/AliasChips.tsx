import { ActionIcon, Button, Group, Menu, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { aliasesQuery, useAliases } from "@/api/aliases";
import type { Version } from "@/api/types";
import { notifyError } from "@/ui/notify";
import { useInUse } from "@/ui/useSeen";

interface Props {
  project: string;
  version: Version;
}

/** The aliases of a version, each with a menu, and a field that gives it another. */
export function AliasChips({ project, version }: Props) {
  const { model, number } = version;
  // The version knows its names; who protects or holds the others matters to who changes something.
  const { data } = useQuery({ ...aliasesQuery(project, model), enabled: useInUse() });
  const aliases = data ?? (version.aliases ?? []).map((alias) => ({ alias, version: number, is_protected: false }));
  const { set, remove, rollBack } = useAliases(project, model);
  const [name, setName] = useState<string | null>(null);
  const own = aliases.filter((alias) => alias.version === number);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const alias = (name ?? "").trim();
    if (!alias) return;
    const expected = aliases.find((other) => other.alias === alias)?.version ?? 0;
    set.mutate(
      { alias, version: number, expected },
      { onSuccess: () => setName(null), onError: (error) => notifyError(`${alias} was not set`, error) },
    );
  };

  return (
    <Group gap={6}>
      {own.map(({ alias, is_protected }) => (
        <Menu key={alias} position="bottom-start">
          <Menu.Target>
            <Button size="compact-xs" variant="light" title={is_protected ? "Protected" : undefined}>
              @{alias}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              onClick={() =>
                rollBack.mutate(
                  { alias, expected: number },
                  { onError: (error) => notifyError(`${alias} was not moved`, error) },
                )
              }
            >
              Roll back to the version before
            </Menu.Item>
            <Menu.Item
              color="red"
              onClick={() =>
                remove.mutate(
                  { alias, expected: number },
                  { onError: (error) => notifyError(`${alias} was not removed`, error) },
                )
              }
            >
              Remove
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ))}
      {name === null ? (
        <ActionIcon size="sm" variant="subtle" aria-label="Set an alias" onClick={() => setName("")}>
          +
        </ActionIcon>
      ) : (
        <form onSubmit={submit}>
          <TextInput
            size="xs"
            aria-label="Alias"
            placeholder="prod"
            value={name}
            autoFocus
            disabled={set.isPending}
            onChange={(event) => setName(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Escape" && setName(null)}
          />
        </form>
      )}
    </Group>
  );
}
