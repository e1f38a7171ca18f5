import { UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconFile, IconFolder } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { artifactsQuery } from "@/api/artifacts";
import { messageOf } from "@/api/errors";
import { Bytes } from "@/ui/Time";
import classes from "./Artifacts.module.css";
import { nameOf } from "./kinds";

interface Props {
  project: string;
  run: string;
  folder: string;
  chosen: string | undefined;
  open: ReadonlySet<string>;
  onToggle: (folder: string) => void;
}

/** What is in a folder; folders within are fetched when they are opened. */
export function ArtifactTree({ project, run, folder, chosen, open, onToggle }: Props) {
  const query = useQuery(artifactsQuery(project, run, folder));
  if (query.error) return <p className={classes.bad}>{messageOf(query.error)}</p>;
  if (!query.data) return <p className={classes.quiet}>Loading…</p>;
  if (query.data.length === 0) return <p className={classes.quiet}>Empty.</p>;
  return (
    <ul className={classes.tree}>
      {query.data.map(({ path, is_dir, size_bytes }) => (
        <li key={path}>
          {is_dir ? (
            <>
              <UnstyledButton className={classes.entry} aria-expanded={open.has(path)} onClick={() => onToggle(path)}>
                {open.has(path) ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
                <IconFolder size={15} className={classes.icon} aria-hidden />
                <span className="truncate">{nameOf(path)}</span>
              </UnstyledButton>
              {open.has(path) && (
                <ArtifactTree
                  project={project}
                  run={run}
                  folder={path}
                  chosen={chosen}
                  open={open}
                  onToggle={onToggle}
                />
              )}
            </>
          ) : (
            <Link
              from="/p/$project/runs/$run"
              to="."
              search={(old) => ({ ...old, path })}
              replace
              className={classes.entry}
              data-file
              aria-current={chosen === path ? "page" : undefined}
              activeOptions={{ includeSearch: true, explicitUndefined: true }}
            >
              <IconFile size={15} className={classes.icon} aria-hidden />
              <span className="truncate" title={nameOf(path)}>
                {nameOf(path)}
              </span>
              <span className={classes.size}>{size_bytes === null ? "" : <Bytes value={size_bytes} />}</span>
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}
