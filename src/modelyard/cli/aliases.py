"""`modelyard alias`: movable names of versions."""

from typing import TYPE_CHECKING, Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._output import OutputColumn
from modelyard.cli._session import Session, command, new_app

if TYPE_CHECKING:
    from modelyard.wire.aliases import Alias

app = new_app("Aliases: movable names of versions, such as prod.")

Model = Annotated[str, typer.Argument(metavar="MODEL", help="The model's name.")]
AliasName = Annotated[str, typer.Argument(metavar="ALIAS", help="The alias, such as prod.")]
Message = Annotated[str, typer.Option("--message", "-m", help="Why.")]
Expected = Annotated[
    int | None, typer.Option("--expected", help="The number that it names now; refused when it names another.")
]


@command(app, "list")
def list_aliases(session: Session, model: Model) -> None:
    """List the aliases of a model."""
    _table(session, session.client.models(model).aliases(), f"No aliases. Set one: modelyard alias set {model} prod 1")


@command(app, "board")
def board(session: Session, alias: AliasName = "prod") -> None:
    """Show one alias on all models: what is in production."""
    _table(session, session.client.models.with_alias(alias), f"No model has the alias {alias}.")


@command(app, "set")
def set_alias(
    session: Session,
    model: Model,
    alias: AliasName,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A number, or what an alias may be: @^1.2.")],
    *,
    message: Message = "",
    expected: Expected = None,
) -> None:
    """Make an alias name a version."""
    reference = version if version.startswith("@") else f"/{version}"
    number = session.client.resolve(f"{model}{reference}").number
    changed = session.client.models(model).set_alias(alias, number, message=message, expected=expected)
    session.output.done(f"{model}@{alias} is {model}/{number}", record=changed, name=f"{model}@{alias}")


@command(app, "remove")
def remove(session: Session, model: Model, alias: AliasName, *, message: Message = "") -> None:
    """Remove an alias; its history stays."""
    session.client.models(model).remove_alias(alias, message=message)
    session.output.done(f"Removed {model}@{alias}", record={"removed": alias}, name=f"{model}@{alias}")


@command(app, "rollback")
def rollback(session: Session, model: Model, alias: AliasName, *, message: Message = "") -> None:
    """Move an alias back to the version that it named before."""
    changed = session.client.models(model).roll_back_alias(alias, message=message)
    text = f"{model}@{alias} is {model}/{changed.version} again"
    session.output.done(text, record=changed, name=f"{model}@{alias}")


@command(app, "history")
def history(session: Session, model: Model, alias: AliasName) -> None:
    """List every move of an alias: who, when and why."""
    session.output.table(
        session.client.models(model).alias_history(alias),
        (
            OutputColumn("When", lambda change: _format.moment(change.at)),
            OutputColumn("Version", lambda change: "removed" if change.version is None else f"#{change.version}"),
            OutputColumn("By", lambda change: change.actor),
            OutputColumn("Why", lambda change: change.message),
        ),
        record=lambda change: change,
        name=lambda change: str(change.version or ""),
        empty="It was never set.",
    )


@command(app, "protect")
def protect(
    session: Session,
    model: Model,
    alias: AliasName,
    *,
    off: Annotated[bool, typer.Option("--off", help="Let everybody move it again.")] = False,
) -> None:
    """Let only who may administrate models move an alias."""
    session.client.models(model).protect_alias(alias, is_protected=not off)
    text = f"{model}@{alias} is {'not protected' if off else 'protected'}"
    session.output.done(text, record={"alias": alias, "is_protected": not off}, name=f"{model}@{alias}")


def pins(session: Session, model: Model) -> None:
    """List who asks for versions of a model by which names, and when last."""
    session.output.table(
        session.client.models(model).pins(),
        (
            OutputColumn("Name", lambda pin: pin.reference),
            OutputColumn("Kind", lambda pin: pin.kind),
            OutputColumn("Caller", lambda pin: pin.caller),
            OutputColumn("Client", lambda pin: pin.client),
            OutputColumn("Requests", lambda pin: f"{pin.request_count:,}", numeric=True),
            OutputColumn("Last", lambda pin: _format.moment(pin.last_at)),
        ),
        record=lambda pin: pin,
        name=lambda pin: pin.reference,
        empty="Nobody has asked for a version by a name.",
    )


def register(main: typer.Typer) -> None:
    """Add `modelyard pins` to `main`."""
    command(main, "pins")(pins)


def _table(session: Session, aliases: "list[Alias]", empty: str) -> None:
    session.output.table(
        aliases,
        (
            OutputColumn("Model", lambda alias: alias.model),
            OutputColumn("Alias", lambda alias: alias.alias),
            OutputColumn("Version", lambda alias: f"#{alias.version}"),
            OutputColumn("Semver", lambda alias: alias.semver or ""),
            OutputColumn("Protected", lambda alias: "yes" if alias.is_protected else ""),
            OutputColumn("Since", lambda alias: _format.moment(alias.changed_at)),
            OutputColumn("By", lambda alias: alias.changed_by),
            OutputColumn("Why", lambda alias: alias.message),
        ),
        record=lambda alias: alias,
        name=lambda alias: f"{alias.model}@{alias.alias}",
        empty=empty,
    )
