"""Refusals of changes to deleted things: they can be read and restored, and nothing else is done to them."""

from modelyard.server.kernel.errors import InvalidState


def experiment_deleted(experiment_id: object) -> InvalidState:
    """The client's own words, and then how to get there: it shows the message alone."""
    return InvalidState(f"{_must_be_active('experiment', experiment_id)} {_restore('experiment', experiment_id)}")


def run_deleted(run_id: str, experiment_id: int, *, is_itself: bool, is_experiment: bool) -> InvalidState:
    """A run may be deleted by itself, with its experiment, or both."""
    ways = []
    if is_experiment:
        ways.append(_restore("experiment", experiment_id))
    if is_itself:
        ways.append(_restore("run", run_id))
    return InvalidState(" ".join([_must_be_active("run", run_id), *ways]))


def logged_model_deleted(model_id: str) -> InvalidState:
    return InvalidState(f"{_must_be_active('logged model', model_id)} A deleted logged model cannot be restored.")


def _must_be_active(noun: str, name: object) -> str:
    return f"The {noun} {name} must be in the 'active' state. Current state is deleted."


def _restore(noun: str, name: object) -> str:
    return f"Restore the {noun} {name} first: on its page, or with MlflowClient().restore_{noun}({str(name)!r})."
