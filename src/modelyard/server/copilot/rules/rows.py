"""Rules about rows: which are measured, which repeat, and which class has few."""

from modelyard.server.copilot.changes import with_option, with_preparation
from modelyard.server.copilot.facts import Candidate, Facts
from modelyard.wire.reports import ClassSummary
from modelyard.wire.suggestions import Evidence

_RARE = 0.4
"""Of the share that a class would have if all had the same."""
_GOOD_RECALL = 0.9
_OVERSAMPLE = 0.5


def time_order(facts: Facts) -> list[Candidate]:
    """Rows have dates, and are split at random."""
    for warning in facts.warnings_of("random_split_of_dates"):
        if warning.action is not None and warning.action.split is not None:
            column = str(warning.action.split["column"])
            split = facts.rendered["preprocessing"]["split"]["type"]
            return [
                Candidate(
                    rule="time_order",
                    title=f"Test on the newest rows, by {column}",
                    why=warning.message,
                    evidence=[
                        Evidence(kind="split", reference=split, text=f"The split is of type {split}."),
                        Evidence(kind="column", reference=column, text=f"'{column}' has a date in every row."),
                    ],
                    expected_effect="The metrics probably fall, and become those of rows that are yet to come.",
                    config=with_preparation(facts.given, split=warning.action.split),
                    priority=90,
                )
            ]
    return []


def duplicate_rows(facts: Facts) -> list[Candidate]:
    """Test rows that are in the training part too."""
    return [
        Candidate(
            rule="duplicate_rows",
            title="Use each row once",
            why=warning.message,
            evidence=[Evidence(kind="split", reference="test", text=warning.message)],
            expected_effect="The test metrics fall to what rows that were never seen will have.",
            config=with_preparation(facts.given, drop_duplicates=True),
            priority=95,
        )
        for warning in facts.warnings_of("duplicate_rows")[:1]
    ]


def class_imbalance(facts: Facts) -> list[Candidate]:
    """A class with few rows, which the model finds badly."""
    rarest = _rarest_class(facts)
    if rarest is None:
        return []
    label, count, total, class_count = rarest
    if count * class_count >= total * _RARE:
        return []
    share = f"Class '{label}' has {count:,} of {total:,} rows ({count / total:.1%})"
    target = facts.config.output_features[0].source
    evidence = [Evidence(kind="column", reference=target, text=f"{share}.")]
    tested = next((item for item in _test_classes(facts) if item.label == label), None)
    if tested is not None:
        if tested.recall >= _GOOD_RECALL:
            return []
        text = f"Of {tested.labeled} test rows of class '{label}' {tested.recall:.0%} are found (recall)."
        evidence.append(Evidence(kind="slice", reference=label, text=text))
    names = {option.name for option in facts.trainer.options}
    if "class_weights" in names and facts.options["class_weights"] == "none":
        title, config = "Weigh rare classes more: class_weights balanced", {"class_weights": "balanced"}
        changed = with_option(facts.given, **config)
    elif facts.output_type == "binary" and _is_unsampled(facts):
        title = f"Repeat rows of the rare class: oversample_minority {_OVERSAMPLE}"
        changed = with_preparation(facts.given, oversample_minority=_OVERSAMPLE)
    else:
        return []
    recall = "" if tested is None else f", and only {tested.recall:.0%} of its test rows are found"
    return [
        Candidate(
            rule="class_imbalance",
            title=title,
            why=f"{share}{recall}: the training hardly notices its mistakes there.",
            evidence=evidence,
            expected_effect=f"More rows of class '{label}' are found; accuracy falls a little, and ROC AUC hardly "
            "changes.",
            config=changed,
            priority=66,
        )
    ]


def _rarest_class(facts: Facts) -> tuple[str, int, int, int] | None:
    """The class with fewest rows: its label, its rows, all rows, and how many classes there are."""
    column = facts.target
    if facts.output_type == "number":
        return None
    if column is not None and column.top_values and column.distinct_count == len(column.top_values):
        rarest = min(column.top_values, key=lambda top: top.count)
        return rarest.value, rarest.count, column.count, column.distinct_count
    classes = _test_classes(facts)
    if len(classes) < 2:
        return None
    fewest = min(classes, key=lambda item: item.labeled)
    return fewest.label, fewest.labeled, sum(item.labeled for item in classes), len(classes)


def _test_classes(facts: Facts) -> list[ClassSummary]:
    splits = [] if facts.evaluation is None else facts.evaluation.splits
    return next((split.classes for split in splits if split.split == "test"), [])


def _is_unsampled(facts: Facts) -> bool:
    preparation = facts.config.preprocessing
    return preparation.oversample_minority is None and preparation.undersample_majority is None
