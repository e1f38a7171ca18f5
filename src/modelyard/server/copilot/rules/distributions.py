"""Rules about numbers with a long tail."""

from modelyard.server.copilot.changes import with_feature_settings, with_option, with_trainer
from modelyard.server.copilot.facts import Candidate, Facts
from modelyard.wire.datasets import ColumnProfile
from modelyard.wire.suggestions import Evidence

_TREES = ("gbm", "forest")
"""Trainers to whom only the order of an input's values matters."""
_LONG_TAIL = 4
"""The upper half of the values reaches so many times as far as the lower one."""
_MIN_DISTINCT = 10
_MAX_NAMED = 4


def skewed_number(facts: Facts) -> list[Candidate]:
    """Inputs with a long tail, for a trainer that works with their distances."""
    if facts.config.model_type in _TREES:
        return []
    rendered = {feature["name"]: feature["preprocessing"] for feature in facts.rendered["input_features"]}
    columns = [
        (feature.name, column)
        for feature in facts.config.input_features
        if feature.type == "number"
        and (column := facts.column(feature.source)) is not None
        and rendered[feature.name].get("normalization") != "log1p"
        and column.number is not None
        and column.number.minimum >= 0
        and _has_long_tail(column)
    ]
    if not columns:
        return []
    names = ", ".join(f"'{name}'" for name, _ in columns[:_MAX_NAMED])
    more = f" and {len(columns) - _MAX_NAMED} more" if len(columns) > _MAX_NAMED else ""
    evidence = [_evidence(column) for _, column in columns]
    return [
        Candidate(
            rule="skewed_number",
            title=f"Take logarithms of {names}{more}",
            why=f"{evidence[0].text} To {facts.trainer.name} the few large values look far away, and all others alike.",
            evidence=evidence,
            expected_effect="Better, if what counts is how many times larger a value is, as with amounts and counts.",
            config=with_feature_settings(facts.given, {name for name, _ in columns}, normalization="log1p"),
            priority=63,
        )
    ]


def skewed_target(facts: Facts) -> list[Candidate]:
    """A target with a long tail, whose largest values rule the squared error."""
    target = facts.target
    if facts.output_type != "number" or target is None or target.number is None or not _has_long_tail(target):
        return []
    gbm = facts.trainers.get("gbm")
    is_gbm = facts.config.model_type == "gbm"
    if gbm is None or (is_gbm and facts.options["objective"] != "mean_squared_error"):
        return []
    objective = "poisson" if target.number.minimum >= 0 else "huber"
    base = facts.given if is_gbm else with_trainer(facts.given, "gbm")
    loss = {"poisson": "measures errors by the size of the target", "huber": "counts large errors less"}[objective]
    evidence = _evidence(target)
    return [
        Candidate(
            rule="skewed_target",
            title=f"Train for a long tail: gbm with objective {objective}",
            why=f"{evidence.text} A squared error is mostly about the few largest; {objective} {loss}.",
            evidence=[evidence],
            expected_effect="A smaller mean absolute error; the squared error may go either way.",
            config=with_option(base, objective=objective),
            priority=62,
        )
    ]


def _has_long_tail(column: ColumnProfile) -> bool:
    number = column.number
    if number is None or column.distinct_count < _MIN_DISTINCT:
        return False
    low, middle, high = (number.quantiles[key] for key in ("0.05", "0.5", "0.95"))
    return high - middle > _LONG_TAIL * (middle - low) and high > middle


def _evidence(column: ColumnProfile) -> Evidence:
    assert column.number is not None
    quantiles = column.number.quantiles
    return Evidence(
        kind="column",
        reference=column.name,
        text=f"Half of the values of '{column.name}' are below {quantiles['0.5']:.4g}, one in twenty is above "
        f"{quantiles['0.95']:.4g}, and the largest is {column.number.maximum:.4g}.",
    )
