"""From what is recorded about a version to suggestions that can be trained as they are."""

import asyncio
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from modelyard.server.access.guards import ProjectAccess
from modelyard.server.access.permissions import Permission
from modelyard.server.copilot.changes import list_changes
from modelyard.server.copilot.costs import estimate_cost
from modelyard.server.copilot.facts import UNFINISHED, Attempt, Candidate, Facts
from modelyard.server.copilot.noise import MeasuredRows
from modelyard.server.copilot.outcomes import is_rule, judge
from modelyard.server.copilot.queries import RecordedVersion, read_version
from modelyard.server.copilot.rules import propose
from modelyard.server.datasets.profiles import read_profile
from modelyard.server.kernel.errors import CorruptFile
from modelyard.server.registry.versions.files import EVALUATION_REPORT, EXPLANATION_REPORT
from modelyard.server.registry.versions.queries import Number
from modelyard.server.storage import FileStore
from modelyard.server.training.configs.leaks import LeakFinder
from modelyard.server.training.configs.trainers import installed_trainers
from modelyard.wire.config import config_warnings, dump_yaml, parse_config, render_config, split_sizes
from modelyard.wire.config.models import FixedSplit
from modelyard.wire.data_warnings import DataWarning
from modelyard.wire.datasets import DatasetProfile
from modelyard.wire.models import VersionStatus
from modelyard.wire.reports import EvaluationReport, ExplanationReport
from modelyard.wire.suggestions import Suggestion, SuggestionOutcome, Suggestions

Report = TypeVar("Report", bound=BaseModel)

_MAX_SUGGESTIONS = 20
_UNTRIED = (VersionStatus.CANCELED, VersionStatus.CANCELING)


async def suggest(
    access: ProjectAccess, store: FileStore, leaks: LeakFinder, model: str, number: Number
) -> Suggestions:
    """:raises NotFound: there is no such model or version."""
    scope = await access.scope()
    recorded = await access.read(lambda connection, scope: read_version(connection, scope.project_id, model, number))
    may_see_data = scope.may(Permission.PROJECT_DATASETS_READ)
    unknown: list[str] = []
    profile = None
    if recorded.data is not None and may_see_data:
        profile = await read_profile(store, recorded.data)
    elif recorded.data is not None:
        unknown.append("You may not read the dataset, so nothing is said about its columns.")
    evaluation = await _read_report(store, recorded, EVALUATION_REPORT, EvaluationReport)
    explanation = await _read_report(store, recorded, EXPLANATION_REPORT, ExplanationReport)
    rows = _test_rows(recorded, profile, evaluation)
    facts = None
    if reason := _why_nothing(recorded):
        unknown.append(reason)
    else:
        warnings = await _warnings(leaks, recorded, profile)
        facts = _facts(recorded, profile, evaluation, explanation, warnings, rows)
        unknown += _what_is_missing(recorded, evaluation, explanation)
    suggestions, tried = ([], []) if facts is None else await asyncio.to_thread(_offer, facts)
    return Suggestions(
        model=recorded.version.model,
        number=recorded.version.number,
        suggestions=suggestions,
        tried=_outcomes(recorded, tried, rows),
        outcome=_own_outcome(recorded, rows),
        unknown=unknown,
    )


def _why_nothing(recorded: RecordedVersion) -> str | None:
    """Why there is nothing to suggest for a version at all."""
    version = recorded.version
    if version.trainer is None:
        return (
            "This version was registered, not trained here: its config, its data and how it was trained are not known, "
            "so there is no experiment to start from. Train a version here, on its data, to get suggestions."
        )
    if version.status in UNFINISHED:
        return f"The version is {version.status}. Suggestions come when a training has ended well."
    if version.trainer not in installed_trainers():
        return f"The trainer {version.trainer} is not installed any more."
    if recorded.written_config is None:
        return "The config is of an older form than this server reads."
    return None


def _what_is_missing(
    recorded: RecordedVersion, evaluation: EvaluationReport | None, explanation: ExplanationReport | None
) -> list[str]:
    missing = []
    if not any(curve.split == "validation" and curve.point_count > 1 for curve in recorded.curves.curves):
        missing.append("There is no learning curve, so whether it was trained long enough cannot be told.")
    if evaluation is None:
        missing.append("There is no evaluation report, so single classes were not looked at.")
    if explanation is None:
        missing.append("There is no explanation, so which columns matter is not known.")
    return missing


async def _warnings(leaks: LeakFinder, recorded: RecordedVersion, profile: DatasetProfile | None) -> list[DataWarning]:
    """Those of the training, and those that its config gets on its data today."""
    warnings = list(recorded.version.warnings)
    if profile is not None and recorded.data is not None:
        config = recorded.written_config
        if config is not None:
            warnings += [*config_warnings(config, profile), *await leaks.find(recorded.data, config)]
    return list({(warning.code, warning.feature): warning for warning in warnings}.values())


async def _read_report(store: FileStore, recorded: RecordedVersion, path: str, report: type[Report]) -> Report | None:
    """A report of the training; None where there is none, or none that can be read."""
    file = recorded.reports.get(path)
    if file is None:
        return None
    try:
        return report.model_validate_json(await store.read_checked(file))
    except (CorruptFile, ValidationError):
        return None


def _facts(
    recorded: RecordedVersion,
    profile: DatasetProfile | None,
    evaluation: EvaluationReport | None,
    explanation: ExplanationReport | None,
    warnings: list[DataWarning],
    rows: MeasuredRows | None,
) -> Facts:
    version, config = recorded.version, recorded.written_config
    assert config is not None
    return Facts(
        number=version.number,
        given=recorded.config.given,
        config=config,
        rendered=recorded.config.rendered,
        trainers=installed_trainers(),
        metrics=version.metrics,
        metric=version.metric,
        curves=recorded.curves.curves,
        best_iteration=version.best_iteration,
        warnings=warnings,
        profile=profile,
        evaluation=evaluation,
        explanation=explanation,
        attempts=[attempt for attempt in recorded.attempts if attempt.number in recorded.comparable],
        test_rows=rows,
        steps_ms={str(step.step): step.duration_ms for step in version.timeline if step.duration_ms is not None},
    )


def _test_rows(
    recorded: RecordedVersion, profile: DatasetProfile | None, evaluation: EvaluationReport | None
) -> MeasuredRows | None:
    """The rows of the test part: as they were evaluated, else by the shares of the split."""
    if evaluation is not None:
        for split in evaluation.splits:
            if split.split == "test":
                return MeasuredRows(split.row_count, min((item.labeled for item in split.classes), default=None))
    config = recorded.written_config
    if profile is None or config is None:
        return None
    target = next((column for column in profile.columns if column.name == config.output_features[0].source), None)
    split_of_config = config.preprocessing.split
    if target is None or isinstance(split_of_config, FixedSplit):
        return None
    used = round(target.count * config.preprocessing.sample_ratio)
    count = split_sizes(used, split_of_config.probabilities)[2]
    if config.output_features[0].type == "number" or not target.top_values:
        return MeasuredRows(count)
    rarest = min(top.count for top in target.top_values) / max(1, target.count)
    return MeasuredRows(count, round(count * rarest))


def _offer(facts: Facts) -> tuple[list[Suggestion], list[tuple[Candidate, Attempt]]]:
    """Candidates that can be trained and were not, as suggestions; and those that were, with the version that did."""
    suggestions: list[Suggestion] = []
    tried: list[tuple[Candidate, Attempt]] = []
    seen = [_essence(facts.rendered)]
    for candidate in propose(facts):
        config = parse_config(candidate.config, facts.trainers, facts.profile).config
        if config is None:
            continue
        rendered = render_config(config, facts.trainers[config.model_type])
        if _essence(rendered) in seen:
            continue
        seen.append(_essence(rendered))
        attempt = _find_attempt(facts.attempts, rendered)
        if attempt is not None:
            tried.append((candidate, attempt))
        elif len(suggestions) < _MAX_SUGGESTIONS:
            suggestions.append(_suggestion(facts, candidate, rendered))
    return suggestions, tried


def _suggestion(facts: Facts, candidate: Candidate, rendered: Mapping[str, Any]) -> Suggestion:
    return Suggestion(
        id=candidate.id,
        rule=candidate.rule,
        title=candidate.title,
        why=candidate.why,
        evidence=list(candidate.evidence),
        expected_effect=candidate.expected_effect,
        cost=estimate_cost(facts, candidate),
        changes=list_changes(facts.given, facts.rendered, candidate.config, rendered),
        config=candidate.config,
        config_yaml=dump_yaml(candidate.config),
    )


def _find_attempt(attempts: Iterable[Attempt], rendered: Mapping[str, Any]) -> Attempt | None:
    """The newest version with this config; one that was canceled has not tried it."""
    essence = _essence(rendered)
    alike = (attempt for attempt in attempts if _essence(attempt.rendered) == essence)
    return next((attempt for attempt in alike if attempt.status not in _UNTRIED), None)


def _essence(rendered: Mapping[str, Any]) -> dict[str, Any]:
    """The part that decides on the model, without how its job is run."""
    return {key: value for key, value in rendered.items() if key != "backend"}


def _outcomes(
    recorded: RecordedVersion, tried: list[tuple[Candidate, Attempt]], rows: MeasuredRows | None
) -> list[SuggestionOutcome]:
    """Of versions that were made from suggestions for this one, and of those that have a suggested config anyway."""
    own = _attempt(recorded, recorded.version.number)
    if own is None:
        return []
    titles = {(candidate.id, attempt.number): candidate.title for candidate, attempt in tried}
    tagged = [
        (attempt.suggestion, attempt)
        for attempt in recorded.attempts
        if attempt.parent == own.number and attempt.suggestion is not None and is_rule(attempt.suggestion)
    ]
    of_tagged = {attempt.number for _, attempt in tagged}
    others = [(candidate.id, attempt) for candidate, attempt in tried if attempt.number not in of_tagged]
    return [
        judge(
            suggestion,
            own,
            attempt,
            rows,
            same_data=attempt.number in recorded.comparable,
            title=titles.get((suggestion, attempt.number), ""),
        )
        for suggestion, attempt in itertools.chain(tagged, others)
    ]


def _own_outcome(recorded: RecordedVersion, rows: MeasuredRows | None) -> SuggestionOutcome | None:
    own = _attempt(recorded, recorded.version.number)
    if own is None or own.suggestion is None or own.parent is None or not is_rule(own.suggestion):
        return None
    before = _attempt(recorded, own.parent)
    if before is None:
        return None
    return judge(own.suggestion, before, own, rows, same_data=before.number in recorded.comparable)


def _attempt(recorded: RecordedVersion, number: int) -> Attempt | None:
    return next((attempt for attempt in recorded.attempts if attempt.number == number), None)
