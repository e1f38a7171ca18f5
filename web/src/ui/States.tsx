import { Button, Code } from "@mantine/core";
import { IconAlertTriangle, type IconProps } from "@tabler/icons-react";
import type { ComponentType, ReactNode } from "react";
import { ApiError, messageOf } from "@/api/errors";
import { CopyIcon } from "./CopyId";
import { Problems } from "./Problems";
import classes from "./States.module.css";

interface EmptyProps {
  icon?: ComponentType<IconProps>;
  title: string;
  children?: ReactNode;
  /** A command that makes what is missing. */
  command?: string;
  action?: ReactNode;
}

/** Says what would be here and gives the button or command that makes it. */
export function EmptyState({ icon: Icon, title, children, command, action }: EmptyProps) {
  return (
    <div className={classes.state}>
      {Icon && <Icon size={28} stroke={1.4} className={classes.icon} aria-hidden />}
      <h2 className={classes.title}>{title}</h2>
      {children && <div className={classes.text}>{children}</div>}
      {action}
      {command && (
        <div className={classes.command}>
          <Code className={classes.code}>{command}</Code>
          <CopyIcon value={command} label="Copy command" />
        </div>
      )}
    </div>
  );
}

/** What went wrong, what to do, and a way to try again. */
export function ErrorState({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const api = error instanceof ApiError ? error : null;
  return (
    <div className={classes.state} role="alert">
      <IconAlertTriangle size={28} stroke={1.4} className={classes.bad} aria-hidden />
      <h2 className={classes.title}>{title ?? headline(api)}</h2>
      <div className={classes.text}>{messageOf(error)}</div>
      {api?.hint && <div className={classes.text}>{api.hint}</div>}
      {api && api.problems.length > 0 && <Problems problems={api.problems} />}
      {retry && api?.status !== 403 && (
        <Button variant="default" onClick={retry}>
          Try again
        </Button>
      )}
      {api?.requestId && <div className={classes.request}>Request {api.requestId}</div>}
    </div>
  );
}

function headline(error: ApiError | null): string {
  if (error?.status === 404) return "Not found";
  if (error?.status === 403) return "You may not see this";
  return "This could not be loaded";
}
