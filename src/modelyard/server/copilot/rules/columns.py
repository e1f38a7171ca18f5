"""Rules about input columns: what should not be learned from, and what could be read better."""

from collections.abc import Sequence

from modelyard.server.copilot.changes import with_feature_settings, with_trainer, without_features
from modelyard.server.copilot.facts import Candidate, Facts
from modelyard.wire.config.features import KEEPING
from modelyard.wire.data_warnings import DataWarning
from modelyard.wire.datasets import ColumnProfile
from modelyard.wire.models import SuggestionRule
from modelyard.wire.suggestions import Evidence

_MAX_NAMED = 4
_MANY_CATEGORIES = 50
_FEW_ROWS_PER_CATEGORY = 20
_MIN_CATEGORIES = 10
_MISSING = 0.05
_MOSTLY_MISSING = 0.5
_WEAK_SHARE = 0.005
_MIN_FEATURES = 5


def leaky_column(facts: Facts) -> list[Candidate]:
    return _leave_out(
        facts,
        "leaky_column",
        facts.warnings_of("target_leak"),
        why="One column alone tells the target. It may be the target itself, or known only after it; then the model is "
        "of no use on new rows, however good its metrics look.",
        effect="The metrics fall, and become those that new rows will see.",
        priority=100,
    )


def identifier_column(facts: Facts) -> list[Candidate]:
    return _leave_out(
        facts,
        "identifier_column",
        facts.warnings_of("identifier_feature"),
        why="A column that tells rows apart can be learned by heart, but says nothing about new rows.",
        effect="Slightly better on the test rows, or the same with one column less to ask for.",
        priority=76,
    )


def constant_column(facts: Facts) -> list[Candidate]:
    return _leave_out(
        facts,
        "constant_column",
        facts.warnings_of("constant_feature"),
        why="A column with one value in every row teaches nothing.",
        effect="The same metrics, with one column less to ask for.",
        priority=40,
    )


def high_cardinality(facts: Facts) -> list[Candidate]:
    """Categories with too few rows each to learn from."""
    columns = [
        (name, column)
        for name, column in _inputs(facts, "category")
        if column.distinct_count >= _MANY_CATEGORIES and column.count < column.distinct_count * _FEW_ROWS_PER_CATEGORY
    ]
    if not columns:
        return []
    kept = max(_MIN_CATEGORIES, min(column.count // 100 for _, column in columns))
    rendered = {feature["name"]: feature["preprocessing"] for feature in facts.rendered["input_features"]}
    columns = [(name, column) for name, column in columns if rendered[name]["most_common"] > kept]
    if not columns:
        return []
    evidence = [
        Evidence(
            kind="column",
            reference=column.name,
            text=f"'{column.name}' has {column.distinct_count:,} categories, "
            f"{column.count / column.distinct_count:.1f} rows each on average.",
        )
        for _, column in columns
    ]
    return [
        Candidate(
            rule="high_cardinality",
            title=f"Join rare categories of {_names([name for name, _ in columns])}",
            why=f"{evidence[0].text} Most have too few rows to learn from: the {kept} most frequent keep their own "
            "place, the others share one.",
            evidence=evidence,
            expected_effect="Less overfitting and a smaller model; a little worse where a rare category matters.",
            config=with_feature_settings(facts.given, {name for name, _ in columns}, most_common=kept),
            priority=57,
        )
    ]


def missing_values(facts: Facts) -> list[Candidate]:
    """Columns that are mostly empty, and values that are filled in where the trainer could take them as missing."""
    columns = [
        (name, column) for name, column in _inputs(facts) if column.missing_count and _missing(column) >= _MISSING
    ]
    mostly = [(name, column) for name, column in columns if _missing(column) > _MOSTLY_MISSING]
    candidates = []
    if mostly:
        candidates.append(
            Candidate(
                rule="missing_values",
                subject="leave_out",
                title=f"Leave out {_names([name for name, _ in mostly])}",
                why=f"{_missing_evidence(mostly)[0].text} What is filled in there says more about the filling than "
                "about the rows.",
                evidence=_missing_evidence(mostly),
                expected_effect="The same metrics with fewer columns, unless that a value is missing says something.",
                config=without_features(facts.given, {name for name, _ in mostly}),
                priority=50,
            )
        )
    filled = [(name, column) for name, column in columns if name in _filled(facts)]
    if filled:
        candidates += _kept_missing(facts, filled)
    return candidates


def _kept_missing(facts: Facts, filled: Sequence[tuple[str, ColumnProfile]]) -> list[Candidate]:
    evidence = _missing_evidence(filled)
    effect = "Better where a missing value means something, such as a question that was not answered."
    if facts.trainer.takes_missing:
        return [
            Candidate(
                rule="missing_values",
                subject="keep",
                title=f"Keep missing values of {_names([name for name, _ in filled])} missing",
                why=f"{evidence[0].text} They are filled in, though {facts.trainer.name} can learn from them unfilled.",
                evidence=evidence,
                expected_effect=effect,
                config=with_feature_settings(facts.given, {name for name, _ in filled}, missing_value_strategy="keep"),
                priority=60,
            )
        ]
    able = [name for name, info in facts.trainers.items() if info.takes_missing]
    if not able:
        return []
    trainer = "gbm" if "gbm" in able else able[0]
    config = with_trainer(facts.given, trainer)
    config = with_feature_settings(config, {name for name, _ in filled}, missing_value_strategy="keep")
    return [
        Candidate(
            rule="missing_values",
            subject=trainer,
            title=f"Learn from missing values as they are, with {trainer}",
            why=f"{evidence[0].text} {facts.trainer.name} needs them filled in; {trainer} takes them as missing.",
            evidence=evidence,
            expected_effect=effect,
            config=config,
            priority=71,
        )
    ]


def weak_columns(facts: Facts) -> list[Candidate]:
    """Columns that the explanation found to contribute next to nothing."""
    if facts.explanation is None or len(facts.explanation.features) < _MIN_FEATURES:
        return []
    weak = [feature for feature in facts.explanation.features if feature.share < _WEAK_SHARE]
    if not weak or len(weak) == len(facts.explanation.features):
        return []
    share = sum(feature.share for feature in weak)
    return [
        Candidate(
            rule="weak_columns",
            title=f"Leave out {len(weak)} columns that hardly matter"
            if len(weak) > 1
            else f"Leave out {weak[0].feature}, which hardly matters",
            why=f"{_names([feature.feature for feature in weak])} together make {share:.2%} of what moves the "
            "predictions.",
            evidence=[
                Evidence(
                    kind="importance",
                    reference=feature.feature,
                    text=f"'{feature.feature}' has {feature.share:.2%} of the importance.",
                )
                for feature in weak[:_MAX_NAMED]
            ],
            expected_effect="About the same metrics with fewer columns to ask for; sometimes better with few rows.",
            config=without_features(facts.given, {feature.feature for feature in weak}),
            priority=46,
        )
    ]


def _leave_out(
    facts: Facts, rule: SuggestionRule, warnings: Sequence[DataWarning], *, why: str, effect: str, priority: float
) -> list[Candidate]:
    """Leaves out the features that warnings are about."""
    sources = {feature.name: feature.source for feature in facts.config.input_features}
    evidence = {
        warning.feature: Evidence(kind="column", reference=sources[warning.feature], text=warning.message)
        for warning in warnings
        if warning.feature in sources
    }
    if not evidence:
        return []
    names = [name for name in evidence if name is not None]
    return [
        Candidate(
            rule=rule,
            title=f"Leave out {_names(names)}",
            why=why,
            evidence=list(evidence.values()),
            expected_effect=effect,
            config=without_features(facts.given, names),
            priority=priority,
        )
    ]


def _inputs(facts: Facts, kind: str | None = None) -> list[tuple[str, ColumnProfile]]:
    """Input features, of a type, with the profiles of their columns."""
    pairs = [
        (feature.name, facts.column(feature.source))
        for feature in facts.config.input_features
        if kind is None or feature.type == kind
    ]
    return [(name, column) for name, column in pairs if column is not None]


def _filled(facts: Facts) -> set[str]:
    """Features whose missing values are filled in, though their type could be kept missing."""
    return {
        feature["name"]
        for feature in facts.rendered["input_features"]
        if feature["type"] in KEEPING and feature["preprocessing"]["missing_value_strategy"] not in ("keep", "drop_row")
    }


def _missing(column: ColumnProfile) -> float:
    return column.missing_count / max(1, column.count + column.missing_count)


def _missing_evidence(columns: Sequence[tuple[str, ColumnProfile]]) -> list[Evidence]:
    return [
        Evidence(
            kind="column",
            reference=column.name,
            text=f"'{column.name}' has no value in {_missing(column):.1%} of the rows.",
        )
        for _, column in columns
    ]


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:_MAX_NAMED])
    return shown if len(names) <= _MAX_NAMED else f"{shown} and {len(names) - _MAX_NAMED} more"
