"""Whether a suggestion has helped: a version made from it, against the version that it was for."""

from modelyard.server.copilot.facts import UNFINISHED, Attempt
from modelyard.server.copilot.noise import MeasuredRows, noise_of_difference
from modelyard.server.copilot.rules import RULES
from modelyard.server.registry.lifecycle import MOVING
from modelyard.wire.models import MetricSummary, SuggestionRule
from modelyard.wire.suggestions import SuggestionOutcome, Verdict

_LEAK: SuggestionRule = "leaky_column"
"""A metric that a leak has made says nothing, so one without it cannot be worse."""
_MEASURED = ("split", "sample_ratio", "drop_duplicates")
"""What chooses the test rows, in the config's `preprocessing`."""


def judge(
    suggestion: str, before: Attempt, after: Attempt, rows: MeasuredRows | None, *, same_data: bool, title: str = ""
) -> SuggestionOutcome:
    """The outcome of a suggestion for `before` that was trained as `after`."""
    rule = next(name for name in RULES if name == suggestion.partition(":")[0])
    verdict, text, noise = _verdict(before, after, rows, same_data=same_data, is_leak=rule == _LEAK)
    metric = after.metric or before.metric
    return SuggestionOutcome(
        id=suggestion,
        rule=rule,
        title=title or RULES[rule].title,
        parent=before.number,
        number=after.number,
        status=after.status,
        metric=None if metric is None else metric.name,
        higher_is_better=None if metric is None else metric.higher_is_better,
        before=None if before.metric is None else before.metric.value,
        after=None if after.metric is None else after.metric.value,
        noise=noise,
        verdict=verdict,
        text=text,
    )


def is_rule(suggestion: str) -> bool:
    """Whether the id of a suggestion, which may be what a client wrote into a tag, names a rule."""
    return suggestion.partition(":")[0] in RULES


def _verdict(
    before: Attempt, after: Attempt, rows: MeasuredRows | None, *, same_data: bool, is_leak: bool
) -> tuple[Verdict, str, float | None]:
    if after.status in MOVING:
        return "pending", f"#{after.number} is {after.status}.", None
    if after.status in UNFINISHED:
        return "not_finished", f"#{after.number} is {after.status}, so it has no metrics.", None
    if before.metric is None or after.metric is None or before.metric.name != after.metric.name:
        return "unknown", f"#{before.number} and #{after.number} have no metric in common.", None
    reason = None
    if is_leak:
        reason = "but the old value rests on a column that tells the target"
    elif not same_data or _measured(before) != _measured(after):
        reason = "but on other rows"
    return _compare(before.metric, after.metric, rows, reason)


def _compare(
    before: MetricSummary, after: MetricSummary, rows: MeasuredRows | None, reason: str | None
) -> tuple[Verdict, str, float | None]:
    """`reason` is why the two cannot be compared, if they cannot."""
    change = f"Test {after.name} went from {before.value:.4g} to {after.value:.4g}"
    if reason is not None:
        text = f"{change}, {reason}: the two cannot be compared. The new one is the one to go by."
        return "not_comparable", text, None
    noise = noise_of_difference(after.name, before.value, after.value, rows)
    if noise is None or rows is None:
        return "unknown", f"{change}; how much of it is chance cannot be told.", None
    if abs(after.value - before.value) <= noise:
        text = f"{change}: within noise, as {rows.count:,} test rows leave {noise:.2g} to chance."
        return "within_noise", text, noise
    verdict: Verdict = "better" if (after.value > before.value) is after.higher_is_better else "worse"
    return verdict, f"{change}: {verdict}, beyond the {noise:.2g} that chance makes.", noise


def _measured(attempt: Attempt) -> dict[str, object]:
    preparation = attempt.rendered.get("preprocessing", {})
    return {key: preparation.get(key) for key in _MEASURED}
