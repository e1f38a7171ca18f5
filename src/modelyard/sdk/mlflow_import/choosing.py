"""Which experiments and models are brought."""

from collections.abc import Iterator, Sequence

from modelyard.sdk._errors import NotFoundError
from modelyard.sdk.mlflow_import.sources.records import SourceExperiment, SourceModel
from modelyard.sdk.mlflow_import.sources.source import Source


def chosen_experiments(source: Source, requested: Sequence[str]) -> list[SourceExperiment]:
    """Those named, by name or id; all when none is. Raises NotFoundError for one that is not there."""
    experiments = source.experiments()
    names = {name for experiment in experiments for name in (experiment.line.name, experiment.line.key)}
    for name in requested:
        if name not in names:
            raise NotFoundError(f"There is no experiment {name!r} in {source.name}.")
    return [each for each in experiments if not requested or {each.line.name, each.line.key} & {*requested}]


def chosen_models(source: Source, requested: Sequence[str]) -> Iterator[SourceModel]:
    """Those named; all when none is. Raises NotFoundError, at the end, for one that is not there."""
    missing = set(requested)
    for model in source.models():
        if not requested or model.line.name in requested:
            missing.discard(model.line.name)
            yield model
    if missing:
        raise NotFoundError(f"There is no model {min(missing)!r} in {source.name}.")
