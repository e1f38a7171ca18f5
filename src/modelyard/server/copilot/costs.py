"""How long a suggested training may take, from the times of those before it."""

from modelyard.server.copilot.facts import Candidate, Facts
from modelyard.wire.models import STEPS, VersionStatus
from modelyard.wire.suggestions import CostEstimate

_TRAINING = str(VersionStatus.TRAINING)
_OF_WORK = [str(step) for step in STEPS[1:]]


def estimate_cost(facts: Facts, candidate: Candidate) -> CostEstimate:
    """The time of the version it starts from, with its step Training as many times as long as the rule expects."""
    trainer = candidate.config.get("model_type", facts.config.model_type)
    if trainer != facts.config.model_type:
        return _of_other_trainer(facts, trainer)
    took = _own_time(facts)
    if took is None:
        return CostEstimate(duration_ms=None, text=f"Unknown: no times of #{facts.number} are recorded.")
    expected = took + round(facts.steps_ms.get(_TRAINING, 0) * (candidate.time_factor - 1))
    text = f"About {_words(expected)}; #{facts.number} took {_words(took)}."
    return CostEstimate(duration_ms=expected, text=text)


def _of_other_trainer(facts: Facts, trainer: str) -> CostEstimate:
    peer = next(
        (item for item in facts.ready_attempts if item.trainer == trainer and item.training_ms is not None), None
    )
    if peer is not None and peer.training_ms is not None:
        text = f"About {_words(peer.training_ms)}, as #{peer.number} by {trainer} took."
        return CostEstimate(duration_ms=peer.training_ms, text=text)
    took = _own_time(facts)
    than = "" if took is None else f" #{facts.number} by {facts.config.model_type} took {_words(took)}."
    return CostEstimate(duration_ms=None, text=f"Unknown: nothing was trained by {trainer} on this data yet.{than}")


def _own_time(facts: Facts) -> int | None:
    """Without waiting in the queue."""
    times = [facts.steps_ms[step] for step in _OF_WORK if step in facts.steps_ms]
    return sum(times) if times else None


def _words(milliseconds: int) -> str:
    seconds = milliseconds / 1000
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes == 0:
        return f"{rest} s"
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left} min" if hours else f"{minutes} min {rest} s"
