"""Rules about what was tried in the model: further in a direction that helped, another trainer, or once more."""

import math
from collections.abc import Sequence

from modelyard.server.copilot.changes import with_option, with_seed, with_trainer, without_features
from modelyard.server.copilot.facts import Attempt, Candidate, Facts
from modelyard.wire.models import MetricSummary, VersionStatus
from modelyard.wire.suggestions import Evidence
from modelyard.wire.trainers import TrainerOption

_MAX_FACTOR = 4.0
_MIN_FACTOR = 1.25
_SMALL_TABLE = 2000
_PRIORITIES = {"linear": 62, "forest": 64, "gbm": 68, "mlp": 54}
_ON_SMALL_TABLES = {"linear": 69, "forest": 67, "gbm": 65, "mlp": 56}
_OTHER = 50
_LIMITS = ("num_boost_round", "epochs", "early_stop")
"""Options of how long it is trained; rules about the curves look at them."""


def option_edge(facts: Facts) -> list[Candidate]:
    """An option whose best value is the largest or the smallest of those that were tried."""
    own = _own(facts)
    if own is None or own.metric is None:
        return []
    peers = [
        (attempt, attempt.metric)
        for attempt in facts.ready_attempts
        if attempt.trainer == own.trainer and attempt.metric is not None and attempt.metric.name == own.metric.name
        if math.isfinite(attempt.metric.value)
    ]
    if not peers or not _is_best(own.metric, [metric for _, metric in peers]):
        return []
    return [
        candidate
        for option in facts.trainer.options
        if option.type in ("integer", "number") and option.name not in _LIMITS
        if (candidate := _further(facts, option, [attempt for attempt, _ in peers], own.metric)) is not None
    ]


def _is_best(metric: MetricSummary, others: Sequence[MetricSummary]) -> bool:
    values = [other.value for other in others]
    return metric.value == (max(values) if metric.higher_is_better else min(values))


def _further(
    facts: Facts, option: TrainerOption, attempts: Sequence[Attempt], metric: MetricSummary
) -> Candidate | None:
    value = facts.options[option.name]
    by_value = {attempt.rendered["trainer"].get(option.name): attempt.number for attempt in attempts}
    tried = sorted(number for number in by_value if isinstance(number, int | float) and number > 0)
    if len(tried) < 2 or value not in (tried[0], tried[-1]):
        return None
    neighbor = tried[1] if value == tried[0] else tried[-2]
    factor = min(max(value / neighbor, 1 / _MAX_FACTOR), _MAX_FACTOR)
    if 1 / _MIN_FACTOR < factor < _MIN_FACTOR:
        factor = _MIN_FACTOR if factor > 1 else 1 / _MIN_FACTOR
    new = _within(option, value * factor)
    if new == value:
        return None
    edge = "largest" if value == tried[-1] else "smallest"
    listed = ", ".join(f"{number:g}" for number in tried)
    numbers = sorted(by_value[number] for number in tried)
    return Candidate(
        rule="option_edge",
        subject=option.name,
        title=f"Go on with {option.name}: {new:g}",
        why=f"Of the values {listed} tried for {option.name} the {edge}, {value:g}, has the best {metric.name} "
        f"({metric.value:.4g}): the best may lie beyond it.",
        evidence=[
            Evidence(kind="option", reference=option.name, text=f"{option.name} was {listed} so far."),
            Evidence(
                kind="versions",
                reference=",".join(map(str, numbers)),
                text=f"Versions {', '.join(f'#{number}' for number in numbers)} have these values.",
            ),
        ],
        expected_effect="A little better, or the sign that the best value lies between those that were tried.",
        config=with_option(facts.given, **{option.name: new}),
        priority=67,
        time_factor=max(1.0, factor),
    )


def _within(option: TrainerOption, number: float) -> float | int:
    if option.minimum is not None:
        number = max(number, option.minimum)
    if option.maximum is not None:
        number = min(number, option.maximum)
    return round(number) if option.type == "integer" else float(f"{number:.3g}")


def other_trainer(facts: Facts) -> list[Candidate]:
    """Trainers that were not tried on this data."""
    failed = (VersionStatus.FAILED, VersionStatus.CANCELED, VersionStatus.CANCELING)
    tried = {attempt.trainer for attempt in facts.attempts if attempt.status not in failed}
    row_count = None if facts.profile is None else facts.profile.row_count
    is_small = row_count is not None and row_count < _SMALL_TABLE
    priorities = _ON_SMALL_TABLES if is_small else _PRIORITIES
    candidates = []
    for name, info in facts.trainers.items():
        if name == facts.config.model_type or name in tried or facts.output_type not in info.output_types:
            continue
        unread = [feature.name for feature in facts.config.input_features if feature.type not in info.input_types]
        rows = "" if row_count is None else f" With {row_count:,} rows it is "
        rows += "" if row_count is None else ("a short training." if is_small else "worth the time.")
        without = f" It does not read {', '.join(unread[:3])}." if unread else ""
        candidates.append(
            Candidate(
                rule="other_trainer",
                subject=name,
                title=f"Another trainer: {info.title.lower()} ({name})",
                why=f"Only {', '.join(sorted(tried | {facts.config.model_type}))} was trained on this data so far. "
                f"{name}: {info.description}{rows}{without}",
                evidence=[
                    Evidence(
                        kind="versions",
                        reference=",".join(str(attempt.number) for attempt in facts.attempts[:20]),
                        text=f"{len(facts.attempts)} versions on this data, none of them by {name}.",
                    )
                ],
                expected_effect="Another kind of model makes other mistakes: it may be clearly better, or not.",
                config=without_features(with_trainer(facts.given, name), unread),
                priority=priorities.get(name, _OTHER),
            )
        )
    return candidates


def more_seeds(facts: Facts) -> list[Candidate]:
    """A difference to the version that it came from that chance alone can make."""
    own = _own(facts)
    before = next((attempt for attempt in facts.attempts if own and attempt.number == own.parent), None)
    if own is None or own.metric is None or before is None or before.metric is None:
        return []
    metric, other = own.metric, before.metric
    noise = facts.noise(metric.name, other.value, metric.value)
    if metric.name != other.name or noise is None or metric.value == other.value:
        return []
    difference = abs(metric.value - other.value)
    if difference > noise or facts.test_rows is None:
        return []
    seed = max(int(attempt.rendered.get("random_seed", 0)) for attempt in [*facts.ready_attempts, own]) + 1
    difference_words = f"{metric.name} is {metric.value:.4g} here and {other.value:.4g} in #{before.number}"
    return [
        Candidate(
            rule="more_seeds",
            title=f"Once more with another seed: random_seed {seed}",
            why=f"{difference_words}: a difference of {difference:.2g}, where {facts.test_rows.count:,} test rows "
            f"leave {noise:.2g} to chance. Another split tells whether it lasts.",
            evidence=[
                Evidence(kind="metric", reference=f"test_{metric.name}", text=f"{difference_words}."),
                Evidence(
                    kind="versions",
                    reference=f"{before.number},{own.number}",
                    text=f"#{own.number} was made from #{before.number}.",
                ),
            ],
            expected_effect="No better model, but a second measurement of this one.",
            config=with_seed(facts.given, seed),
            priority=45,
        )
    ]


def _own(facts: Facts) -> Attempt | None:
    return next((attempt for attempt in facts.attempts if attempt.number == facts.number), None)
