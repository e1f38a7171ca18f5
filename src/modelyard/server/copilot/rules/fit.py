"""Rules about how well a training fitted: too much, too little, or not to its end."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.server.copilot.changes import with_option
from modelyard.server.copilot.facts import Candidate, Facts
from modelyard.wire.models import Curve
from modelyard.wire.suggestions import Evidence

_CHANCE = {"roc_auc": 0.5, "accuracy": 0.0, "r2": 0.0}
_TITLES = {"roc_auc": "ROC AUC", "accuracy": "accuracy", "r2": "R2", "log_loss": "log loss"}
_LOSSES = ("log_loss", "mean_squared_error")
_LIMITS = ("num_boost_round", "epochs")
"""The options that end a training which still gets better."""
_MIN_GAP = 0.05
"""Of what the model has learned of the training rows beyond chance."""
_GOOD = 0.9
_MORE = 4
_SHORT_PATIENCE = 10


def longer_training(facts: Facts) -> list[Candidate]:
    """The last step is the best one."""
    option, value = _reached_limit(facts)
    if option is None:
        return []
    title = f"Train longer: {option} {value * _MORE:,}"
    evidence = [
        Evidence(kind="option", reference=option, text=f"{option} is {value:,}, and the best step is {_best(facts)}.")
    ]
    curve = _loss_curve(facts, "validation")
    if curve is not None and len(curve.points) > 1:
        text = (
            f"The validation {_name(curve)} still falls at the end: {_number(curve.points[-1].value)} at the last step."
        )
        evidence.append(Evidence(kind="curve", reference=f"validation_{curve.name}", text=text))
    return [
        Candidate(
            rule="longer_training",
            title=title,
            why=f"The best step is the last that {option} {value:,} allowed, so the training was cut off.",
            evidence=evidence,
            expected_effect="Better, until the validation loss stops falling; the best step is kept either way.",
            config=with_option(facts.given, **{option: value * _MORE}),
            priority=78,
            time_factor=_MORE,
        )
    ]


def _reached_limit(facts: Facts) -> tuple[str | None, int]:
    for warning in facts.warnings_of("last_iteration_is_best"):
        option = None if warning.action is None else warning.action.option
        if option is not None and option in facts.options:
            return option, int(facts.options[option])
    for option in _LIMITS:
        limit = facts.options.get(option)
        if limit is not None and facts.best_iteration is not None and facts.best_iteration >= limit:
            return option, int(limit)
    return None, 0


def more_patience(facts: Facts) -> list[Candidate]:
    """Early stopping ended a training that had been as long without progress before, and gone on."""
    patience = facts.options.get("early_stop")
    curve = _loss_curve(facts, "validation")
    if curve is None or patience is None or patience < 1 or facts.best_iteration is None:
        return []
    last = curve.points[-1].step if curve.points else 0
    if _reached_limit(facts)[0] is not None or last - facts.best_iteration < patience - 1:
        return []
    wait = _longest_wait(curve)
    if not (wait * 2 >= patience or (patience < _SHORT_PATIENCE and wait > 1)):
        return []
    step = facts.trainer.iteration_name or "step"
    return [
        Candidate(
            rule="more_patience",
            title=f"Stop later: early_stop {patience * _MORE}",
            why=f"The training was stopped after {patience} {step}s without progress, though it had already gone "
            f"{wait} without and then become better.",
            evidence=[
                Evidence(
                    kind="curve",
                    reference=f"validation_{curve.name}",
                    text=f"The validation {_name(curve)} paused for {wait} {step}s and then fell again; "
                    f"the best is {step} {facts.best_iteration} of {last}.",
                ),
                Evidence(kind="option", reference="early_stop", text=f"early_stop is {patience}."),
            ],
            expected_effect="Better if another fall comes; else the same model, after a longer training.",
            config=with_option(facts.given, early_stop=patience * _MORE),
            priority=74,
            time_factor=max(1.5, (last + patience * (_MORE - 1)) / max(1, last)),
        )
    ]


def _longest_wait(curve: Curve) -> int:
    """The most steps without progress that the curve has overcome."""
    best, since, longest = float("inf"), None, 0
    for point in curve.points:
        if point.value < best:
            if since is not None:
                longest = max(longest, point.step - since)
            best, since = point.value, point.step
    return longest


def overfit(facts: Facts) -> list[Candidate]:
    """Much of what was learned holds for the training rows alone."""
    score = _scores(facts)
    if score is None:
        return []
    name, train, test = score
    gap, learned = train - test, train - _CHANCE[name]
    noise = facts.noise(name, test, test) or 0.0
    if gap <= noise or gap <= _MIN_GAP * learned:
        return []
    evidence = _score_evidence(name, train, test)
    curve = _loss_curve(facts, "validation")
    if curve is not None and (rise := _rise(curve)) is not None:
        text = f"The validation {_name(curve)} rises again after its best step, from {rise[0]:.4g} to {rise[1]:.4g}."
        evidence.append(Evidence(kind="curve", reference=f"validation_{curve.name}", text=text))
    why = (
        f"{_TITLES[name]} is {train:.3f} on the training rows and {test:.3f} on the test rows: a gap of {gap:.3f}, "
        f"beyond what chance makes ({noise:.3f})."
    )
    return [
        Candidate(
            rule="overfit",
            subject=subject,
            title=f"Less overfitting: {words}",
            why=why,
            evidence=evidence,
            expected_effect="The training metric falls, the test metric rises: the two come closer.",
            config=with_option(facts.given, **options),
            priority=70 - 2 * index,
        )
        for index, (subject, words, options) in enumerate(_simpler(facts))
    ]


Change = tuple[str, str, dict[str, Any]]
"""What it is called, the same in words, and the options to set."""


def _simpler(facts: Facts) -> Sequence[Change]:
    """Options that make a trainer learn less by heart."""
    options = facts.options
    match facts.config.model_type:
        case "gbm":
            leaves, rows = max(4, options["num_leaves"] // 2), max(10, options["min_data_in_leaf"] * 2)
            trees = {"num_leaves": leaves, "min_data_in_leaf": rows}
            sampling = {"bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.8}
            changes = [("smaller_trees", f"trees of {leaves} leaves, at least {rows} rows in each", trees)]
            if options["bagging_freq"] == 0 and options["feature_fraction"] > 0.8:
                changes.append(("sampling", "each tree sees 80 % of the rows and columns", sampling))
            return changes
        case "forest":
            leaf = max(3, options["min_samples_leaf"] * 2)
            return [("", f"at least {leaf} rows in each leaf", {"min_samples_leaf": leaf})]
        case "linear" | "mlp":
            strength = max(options["regularization"] * 10, 0.01)
            return [("", f"regularization {strength:g}", {"regularization": strength})]
    return []


def underfit(facts: Facts) -> list[Candidate]:
    """The model is no good even for the rows that it learned from."""
    score = _scores(facts)
    if score is None:
        return []
    name, train, test = score
    noise = facts.noise(name, test, test) or 0.0
    if train >= _GOOD or train - test > max(noise, _MIN_GAP * (train - _CHANCE[name])):
        return []
    evidence = _score_evidence(name, train, test)
    for split in ("train", "validation"):
        curve = _loss_curve(facts, split)
        if curve is not None and curve.points:
            text = f"The {split} {_name(curve)} ends at {_number(curve.points[-1].value)}."
            evidence.append(Evidence(kind="curve", reference=f"{split}_{curve.name}", text=text))
    return [
        Candidate(
            rule="underfit",
            subject=subject,
            title=f"More capacity: {words}",
            why=f"{_TITLES[name]} is only {train:.3f} on the training rows themselves, and {test:.3f} on the test "
            "rows: the model is too simple for the data rather than too eager.",
            evidence=evidence,
            expected_effect="Training and test metric rise together, if the columns say more than was learned.",
            config=with_option(facts.given, **options),
            priority=58,
            time_factor=2.0,
        )
        for subject, words, options in _richer(facts.config.model_type, facts.options)
    ]


def _richer(trainer: str, options: Mapping[str, Any]) -> Sequence[Change]:
    """Options that let a trainer learn more."""
    match trainer:
        case "gbm":
            leaves, rows = options["num_leaves"] * 2, max(1, options["min_data_in_leaf"] // 2)
            trees = {"num_leaves": leaves, "min_data_in_leaf": rows}
            if options["max_depth"] > 0:
                trees["max_depth"] = options["max_depth"] + 2
            return [("", f"trees of {leaves} leaves, from {rows} rows on", trees)]
        case "forest" if options["max_depth"] is not None or options["min_samples_leaf"] > 1:
            return [("", "trees without a limit", {"max_depth": None, "min_samples_leaf": 1})]
        case "linear" if options["penalty"] != "none":
            strength = options["regularization"] / 10
            return [("", f"regularization {strength:g}", {"regularization": strength})] if strength > 1e-6 else []
        case "mlp":
            layers = [size * 2 for size in options["hidden_layers"]]
            sizes = ", ".join(map(str, layers))
            return [("", f"layers of {sizes} neurons", {"hidden_layers": layers})] if max(layers) <= 1024 else []
    return []


def _scores(facts: Facts) -> tuple[str, float, float] | None:
    """The score that tells how much was learned, on the training and on the test rows."""
    for name in _CHANCE:
        train, test = facts.metric_of(name, "train"), facts.metric_of(name, "test")
        if train is not None and test is not None and math.isfinite(train) and math.isfinite(test):
            return name, train, test
    return None


def _score_evidence(name: str, train: float, test: float) -> list[Evidence]:
    return [
        Evidence(kind="metric", reference=f"{split}_{name}", text=f"{split} {_TITLES[name]} {value:.4f}")
        for split, value in (("train", train), ("test", test))
    ]


def _loss_curve(facts: Facts, split: str) -> Curve | None:
    curves = (facts.curve(name, split) for name in _LOSSES)
    return next((curve for curve in curves if curve is not None and curve.points), None)


def _rise(curve: Curve) -> tuple[float, float] | None:
    """Where the curve rises by a twentieth after its best step: its best and its last value."""
    best, last = min(point.value for point in curve.points), curve.points[-1].value
    return (best, last) if last > best * 1.05 else None


def _name(curve: Curve) -> str:
    return _TITLES.get(curve.name, curve.name.replace("_", " "))


def _best(facts: Facts) -> str:
    return "the last" if facts.best_iteration is None else f"{facts.best_iteration:,}"


def _number(value: float) -> str:
    return f"{value:.4g}"
