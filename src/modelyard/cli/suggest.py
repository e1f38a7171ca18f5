"""`modelyard suggest`: the Co-Pilot's next experiments for a version."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from modelyard.cli import _format
from modelyard.cli._exit_codes import ExitCode
from modelyard.cli._output import OutputColumn
from modelyard.cli._session import Session, command
from modelyard.cli._views import VersionArgument, version_columns
from modelyard.cli.train import follow

if TYPE_CHECKING:
    from modelyard.sdk import Version
    from modelyard.wire.suggestions import ConfigChange, Suggestion, Suggestions


def register(app: typer.Typer) -> None:
    """Add this command to `app`."""
    command(app, "suggest")(suggest)


def suggest(
    session: Session,
    version: VersionArgument,
    *,
    train: Annotated[
        str | None, typer.Option("--train", metavar="N,N...", help="Train these of the list, such as 1,2, at once.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until the trainings have ended.")] = True,
) -> None:
    """Suggest the next experiments for a version, with their evidence and cost, and say whether earlier ones helped."""
    model_version = session.client.resolve(version)
    answer = model_version.suggestions()
    if train is not None:
        _train(session, model_version, _chosen(answer.suggestions, train), wait=wait)
    else:
        _show(session, answer)


def _chosen(suggestions: "Sequence[Suggestion]", numbers: str) -> "list[Suggestion]":
    chosen = []
    for word in numbers.split(","):
        number = int(word) if word.strip().isascii() and word.strip().isdecimal() else 0
        if not 1 <= number <= len(suggestions):
            raise typer.BadParameter(
                f"{word.strip()!r} is no number of the list, which has {len(suggestions)}", param_hint="--train"
            )
        if suggestions[number - 1] not in chosen:
            chosen.append(suggestions[number - 1])
    return chosen


def _train(session: Session, version: "Version", chosen: "Sequence[Suggestion]", *, wait: bool) -> None:
    started = []
    for suggestion in chosen:
        started.append(version.train_suggestion(suggestion, wait=False))
        session.output.note(f"Training {started[-1].reference}: {suggestion.title}")
    for trained in started if wait else ():
        follow(session, trained)
    session.output.table(
        started,
        version_columns(),
        record=lambda trained: trained.info,
        name=lambda trained: trained.reference,
        empty="Nothing was trained.",
    )
    if not wait:
        return
    for trained in started:
        outcome = trained.suggestions().outcome
        if outcome is not None:
            session.output.note(f"{trained.reference}: {outcome.text}")
    if any(str(trained.status) in {"Failed", "Canceled"} for trained in started):
        raise typer.Exit(ExitCode.FAILED)


def _show(session: Session, answer: "Suggestions") -> None:
    numbered = list(enumerate(answer.suggestions, start=1))
    session.output.table(
        numbered,
        [
            OutputColumn("#", lambda item: str(item[0]), numeric=True),
            OutputColumn("Suggestion", lambda item: item[1].title),
            OutputColumn("Change", lambda item: ", ".join(map(_change, item[1].changes))),
            OutputColumn("Why", lambda item: item[1].why),
            OutputColumn("Expect", lambda item: item[1].expected_effect),
            OutputColumn("Cost", lambda item: item[1].cost.text),
        ],
        record=lambda item: item[1],
        name=lambda item: item[1].id,
        empty="No suggestions.",
    )
    if answer.outcome is not None:
        session.output.note(
            f"From the suggestion of #{answer.outcome.parent}, {answer.outcome.title}. {answer.outcome.text}"
        )
    for outcome in answer.tried:
        session.output.note(f"tried in #{outcome.number}: {outcome.title}. {outcome.text}")
    for reason in answer.unknown:
        session.output.note(f"note: {reason}")


def _change(change: "ConfigChange") -> str:
    if change.path.startswith("input_features[") and change.new is None:
        return f"{change.path} removed"
    return f"{change.path} {_value(change.old)} -> {_value(change.new)}"


def _value(value: object) -> str:
    return _format.number(value) if isinstance(value, float) else str(value)
