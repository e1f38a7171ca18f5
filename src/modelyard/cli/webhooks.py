"""`modelyard webhooks`: URLs that the server notifies of changes to the models of a project."""

import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from modelyard.cli import _format
from modelyard.cli._exit_codes import ExitCode
from modelyard.cli._output import OutputColumn
from modelyard.cli._session import Session, command, new_app
from modelyard.cli._views import YesOption, confirm

if TYPE_CHECKING:
    from modelyard.wire.webhooks import Delivery, DeliveryDetail

app = new_app("Webhooks: URLs that are told what happens to models.")

Reference = Annotated[str, typer.Argument(metavar="WEBHOOK", help="The webhook's name, or its id.")]
DeliveryId = Annotated[str, typer.Argument(metavar="DELIVERY", help="The delivery's id.")]
EventOption = Annotated[
    list[str] | None,
    typer.Option("--event", "-e", help="An event to notify of, such as model_version.created; may be repeated."),
]
SecretOption = Annotated[
    Path | None,
    typer.Option(
        "--secret-file", help="A file with the secret that deliveries are signed with; - reads it from stdin."
    ),
]


@command(app, "list", lists=True)
def list_webhooks(session: Session) -> None:
    """List the webhooks of the project."""
    if session.wrote_file("webhooks"):
        return
    session.output.table(
        session.client.webhooks.list(),
        (
            OutputColumn("Name", lambda webhook: webhook.name),
            OutputColumn("Id", lambda webhook: webhook.id),
            OutputColumn("URL", lambda webhook: webhook.info.url),
            OutputColumn("Events", lambda webhook: ", ".join(webhook.info.events)),
            OutputColumn("Status", lambda webhook: webhook.info.status),
            OutputColumn("Signed", lambda webhook: "yes" if webhook.info.has_secret else "no"),
            OutputColumn("Last delivery", lambda webhook: webhook.info.last_state or ""),
        ),
        record=lambda webhook: webhook.info,
        name=lambda webhook: webhook.name,
        empty="No webhooks. Create one: modelyard webhooks create NAME URL --event model_version.created",
    )


@command(app, "create")
def create(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The webhook's name.")],
    to: Annotated[str, typer.Argument(metavar="URL", help="The URL to call.")],
    *,
    event: EventOption = None,
    description: Annotated[str, typer.Option("--description", "-d", help="What the webhook is for.")] = "",
    secret_file: SecretOption = None,
) -> None:
    """Create a webhook."""
    secret = None if secret_file is None else _read_secret(secret_file)
    created = session.client.webhooks.create(name, to, event or [], description=description, secret=secret)
    session.output.done(f"Created webhook {created.name} ({created.id})", record=created.info, name=created.id)


@command(app, "update")
def update(
    session: Session,
    webhook: Reference,
    *,
    name: Annotated[str | None, typer.Option("--name", help="The new name.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="URL", help="The new URL.")] = None,
    event: EventOption = None,
    description: Annotated[str | None, typer.Option("--description", "-d", help="The new description.")] = None,
    secret_file: SecretOption = None,
    no_secret: Annotated[bool, typer.Option("--no-secret", help="Stop signing deliveries.")] = False,
    status: Annotated[
        Literal["active", "disabled"] | None, typer.Option("--status", help="A disabled webhook gets no deliveries.")
    ] = None,
) -> None:
    """Change a webhook. The new events replace all earlier ones."""
    if no_secret and secret_file is not None:
        raise typer.BadParameter("--secret-file and --no-secret cannot be combined")
    secret = "" if no_secret else None if secret_file is None else _read_secret(secret_file)
    if all(value is None for value in (name, to, event, description, secret, status)):
        raise typer.BadParameter("say what to change: --name, --to, --event, --description, --secret-file or --status")
    hook = session.client.webhooks(webhook)
    hook.update(name=name, url=to, events=event, description=description, secret=secret, status=status)
    session.output.done(f"Updated webhook {hook.name}", record=hook.info, name=hook.id)


@command(app, "delete")
def delete(session: Session, webhook: Reference, *, yes: YesOption = False) -> None:
    """Delete a webhook with the log of its deliveries."""
    hook = session.client.webhooks(webhook)
    confirm(f"Delete webhook {hook.name} to {hook.info.url} with its log? This cannot be undone.", yes=yes)
    hook.delete()
    session.output.done(f"Deleted webhook {hook.name}", record={"deleted": hook.id}, name=hook.id)


@command(app, "test")
def send_test(
    session: Session,
    webhook: Reference,
    *,
    event: Annotated[
        str | None, typer.Option("--event", "-e", help="The event to send an example of. Default: its first event.")
    ] = None,
) -> None:
    """Send an example now and show the answer; exit code 1 if the receiver did not accept it."""
    hook = session.client.webhooks(webhook)
    result = hook.test(event)
    session.output.fields(
        [
            ("Webhook", hook.name),
            ("Taken", "yes" if result.success else "no"),
            ("Status", str(result.response_status or "")),
            ("Answer", result.response_body),
            ("Error", result.error or ""),
        ],
        record=result,
        name=hook.id,
    )
    if not result.success:
        raise typer.Exit(ExitCode.FAILED)


@command(app, "deliveries", lists=True)
def deliveries(
    session: Session,
    webhook: Reference,
    delivery: Annotated[
        str | None, typer.Argument(metavar="[DELIVERY]", help="The id of the delivery to show in full.")
    ] = None,
    *,
    state: Annotated[
        Literal["waiting", "delivered", "failed"] | None, typer.Option("--state", help="Only deliveries in this state.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="The maximum number of deliveries.")] = 50,
) -> None:
    """List deliveries, newest first, or show one delivery with every attempt."""
    hook = session.client.webhooks(webhook)
    if delivery is not None:
        _show(session, hook.delivery(delivery))
        return
    if session.wrote_file(f"webhooks/{hook.id}/deliveries", state=state, limit=limit):
        return
    session.output.table(
        itertools.islice(hook.deliveries(state=state), limit),
        (
            OutputColumn("Id", lambda each: each.id),
            OutputColumn("Event", lambda each: str(each.event)),
            OutputColumn("State", lambda each: each.state, style=_style),
            OutputColumn("Attempts", lambda each: str(each.attempt_count), numeric=True),
            OutputColumn("Status", lambda each: str(each.response_status or ""), numeric=True),
            OutputColumn("Happened", lambda each: _format.moment(each.created_at)),
            OutputColumn("Error", lambda each: each.error or ""),
        ),
        record=lambda each: each,
        name=lambda each: each.id,
        empty="No deliveries.",
    )


@command(app, "replay")
def replay(session: Session, webhook: Reference, delivery: DeliveryId) -> None:
    """Send a delivery again, under the same id."""
    replayed = session.client.webhooks(webhook).replay(delivery)
    session.output.done(f"{replayed.event} is delivered again", record=replayed, name=replayed.id)


def _show(session: Session, delivery: "DeliveryDetail") -> None:
    session.output.fields(
        [
            ("Delivery", delivery.id),
            ("Event", str(delivery.event)),
            ("State", delivery.state),
            ("Happened", _format.moment(delivery.created_at)),
            ("Next attempt", str(delivery.next_attempt_at or "")),
            ("Body", delivery.body),
        ],
        record=delivery,
        name=delivery.id,
    )
    session.output.section(
        "Attempts",
        delivery.attempts,
        (
            OutputColumn("#", lambda attempt: str(attempt.number), numeric=True),
            OutputColumn("When", lambda attempt: _format.moment(attempt.at)),
            OutputColumn("Took", lambda attempt: _format.duration(attempt.duration_ms), numeric=True),
            OutputColumn("Status", lambda attempt: str(attempt.response_status or ""), numeric=True),
            OutputColumn("Error", lambda attempt: attempt.error or ""),
            OutputColumn("Answer", lambda attempt: attempt.response_body),
        ),
    )


def _style(delivery: "Delivery") -> str:
    return {"delivered": "green", "failed": "red"}.get(delivery.state, "blue")


def _read_secret(file: Path) -> str:
    """The secret in the file, without the line end that editors add."""
    text = sys.stdin.read() if str(file) == "-" else file.read_text()
    secret = text.rstrip("\r\n")
    if not secret:
        raise typer.BadParameter(f"the secret in {file} is empty")
    return secret
