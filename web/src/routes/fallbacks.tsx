import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { type ErrorComponentProps, Link, useLocation } from "@tanstack/react-router";
import { MissingCode } from "@/api/connection";
import { WrongVersionNumber } from "@/lib/search";
import { Page } from "@/ui/Page";
import { EmptyState, ErrorState } from "@/ui/States";

export function NotFound() {
  return (
    <Page title="Page not found">
      <EmptyState
        icon={IconMapOff}
        title="There is no page at this address"
        action={
          <Button variant="default" renderRoot={(props) => <Link to="/" {...props} />}>
            To the models
          </Button>
        }
      >
        The address may be mistyped, or the page's object was deleted.
      </EmptyState>
    </Page>
  );
}

/** In place of a version whose address does not name it by a number. */
export function WrongNumber({ error, reset }: ErrorComponentProps) {
  const of = useLocation({ select: ({ pathname }) => pathname.replace(/\/versions\/[^/]*$/, "") });
  const cause = error instanceof Error ? error.cause : null;
  if (!(cause instanceof WrongVersionNumber)) return <PageError error={error} reset={reset} />;
  return (
    <Page title="Version not found">
      <EmptyState
        icon={IconMapOff}
        title={cause.message}
        action={
          <Button variant="default" renderRoot={(props) => <Link to={of} {...props} />}>
            To the versions
          </Button>
        }
      >
        The address of a version ends with its number, e.g. versions/3.
      </EmptyState>
    </Page>
  );
}

export function PageError({ error, reset }: ErrorComponentProps) {
  // Code that is missing is only asked for again by the page that is loaded anew.
  const again = error instanceof MissingCode ? () => window.location.reload() : reset;
  return (
    <Page title="Something went wrong">
      <ErrorState error={error} retry={again} title="This page could not be shown" />
    </Page>
  );
}
