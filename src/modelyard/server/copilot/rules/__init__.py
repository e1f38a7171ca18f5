"""The named rules: pure functions from recorded facts to experiments that are worth a training."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from modelyard.server.copilot.facts import Candidate, Facts
from modelyard.server.copilot.rules import attempts, columns, distributions, fit, rows
from modelyard.wire.models import SuggestionRule


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, with what its suggestions are called in general."""

    title: str
    propose: Callable[[Facts], Sequence[Candidate]]


RULES: Mapping[SuggestionRule, Rule] = {
    "leaky_column": Rule("Leave out a column that tells the target", columns.leaky_column),
    "duplicate_rows": Rule("Use each row once", rows.duplicate_rows),
    "time_order": Rule("Test on the newest rows", rows.time_order),
    "longer_training": Rule("Train longer", fit.longer_training),
    "more_patience": Rule("Stop later", fit.more_patience),
    "overfit": Rule("Less overfitting", fit.overfit),
    "underfit": Rule("More capacity", fit.underfit),
    "class_imbalance": Rule("Weigh rare classes more", rows.class_imbalance),
    "identifier_column": Rule("Leave out an identifier", columns.identifier_column),
    "constant_column": Rule("Leave out a constant column", columns.constant_column),
    "high_cardinality": Rule("Join rare categories", columns.high_cardinality),
    "missing_values": Rule("Treat missing values otherwise", columns.missing_values),
    "weak_columns": Rule("Leave out columns that hardly matter", columns.weak_columns),
    "skewed_number": Rule("Take logarithms", distributions.skewed_number),
    "skewed_target": Rule("Train for a long tail", distributions.skewed_target),
    "option_edge": Rule("Go on with an option", attempts.option_edge),
    "other_trainer": Rule("Another trainer", attempts.other_trainer),
    "more_seeds": Rule("Once more with another seed", attempts.more_seeds),
}


def propose(facts: Facts) -> list[Candidate]:
    """The candidates of all rules, the most promising first."""
    candidates = [candidate for rule in RULES.values() for candidate in rule.propose(facts)]
    return sorted(candidates, key=lambda candidate: -candidate.priority)
