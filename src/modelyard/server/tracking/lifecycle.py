"""What is deleted can be read and restored; nothing else is done to it."""

from modelyard.server.kernel.errors import InvalidState
from modelyard.server.tracking.runs.queries import Run


def experiment_deleted(experiment_id: object) -> InvalidState:
    """The client's own words, and then how to get there: it shows the message alone."""
    return InvalidState(f"{_must_be_active('experiment', experiment_id)} {_restore('experiment', experiment_id)}")


def run_deleted(run: Run) -> InvalidState:
    """A run may be deleted by itself, with its experiment, or both."""
    ways = []
    if run.experiment_stage != "active":
        ways.append(_restore("experiment", run.experiment_id))
    if run.own_stage != "active":
        ways.append(_restore("run", run.run_id))
    return InvalidState(" ".join([_must_be_active("run", run.run_id), *ways]))


def logged_model_deleted(model_id: str) -> InvalidState:
    return InvalidState(f"{_must_be_active('logged model', model_id)} A deleted logged model cannot be restored.")


def _must_be_active(what: str, name: object) -> str:
    return f"The {what} {name} must be in the 'active' state. Current state is deleted."


def _restore(what: str, name: object) -> str:
    return f"Restore the {what} {name} first: on its page, or with MlflowClient().restore_{what}({str(name)!r})."
