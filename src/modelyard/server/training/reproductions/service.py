"""The rules of reproducing a version: what has to be the same before, and what is compared afterwards."""

import math
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, update

from modelyard.server.training.reproductions.queries import TrainingOutcome, find_pending, read_outcome
from modelyard.server.training.reproductions.tables import reproductions
from modelyard.wire.reproduction import PackageDifference, ReproducedMetric, ReproductionVerdict

_DESCRIBING = ("model/MLmodel", "model/conda.yaml", "model/python_env.yaml", "model/requirements.txt")
"""Files that name the version, its time and its packages: of two trainings they are never the same."""
_CODE = "model/code/"
_MAX_NAMED = 10


def add_reproduction(
    connection: Connection,
    version_id: int,
    original: tuple[int, str, int],
    tolerance: float,
    packages: Sequence[PackageDifference],
    notes: Sequence[str],
    now: int,
) -> None:
    """Notes that a new version repeats the training of `original`: its id, model and number."""
    original_id, model, number = original
    connection.execute(
        insert(reproductions).values(
            version_id=version_id,
            original_id=original_id,
            model=model,
            original_number=number,
            tolerance=tolerance,
            packages=[package.model_dump(mode="json") for package in packages],
            notes=list(notes),
            started_at=now,
        )
    )


def settle(connection: Connection, version_id: int, now: int, *, is_ready: bool) -> None:
    """Writes down the outcome of a reproduction whose training has ended; any other version is left alone."""
    pending = find_pending(connection, version_id)
    if pending is None:
        return
    if not is_ready:
        result = _result(ReproductionVerdict.FAILED, ["The training did not end Ready."])
    elif pending.original_id is None:
        result = _result(ReproductionVerdict.FAILED, ["The original was deleted meanwhile."])
    else:
        before, after = read_outcome(connection, pending.original_id), read_outcome(connection, version_id)
        result = compare(before, after, pending.tolerance)
    connection.execute(
        update(reproductions).where(reproductions.c.version_id == version_id).values(result=result, ended_at=now)
    )


def compare(before: TrainingOutcome, after: TrainingOutcome, tolerance: float) -> dict[str, object]:
    """The verdict, as the columns of a reproduction have it. Pure."""
    files = sorted(
        path
        for path in before.files.keys() | after.files.keys()
        if before.files.get(path) != after.files.get(path) and path not in _DESCRIBING
    )
    metrics = [
        ReproducedMetric(split=split, name=name, before=before.metrics.get(place), after=after.metrics.get(place))
        for place in sorted(before.metrics.keys() | after.metrics.keys())
        for split, name in [place]
        if not _is_close(before.metrics.get(place), after.metrics.get(place), 0.0)
    ]
    drifted = [metric for metric in metrics if not _is_close(metric.before, metric.after, tolerance)]
    model_files = [path for path in files if not path.startswith(_CODE)]
    reasons = _differences(before, after, drifted, model_files, tolerance)
    if drifted:
        verdict = ReproductionVerdict.DRIFTED
    elif metrics or model_files:
        verdict = ReproductionVerdict.WITHIN_TOLERANCE
    else:
        verdict = ReproductionVerdict.BIT_EQUAL
    return _result(verdict, reasons, files, metrics)


def _result(
    verdict: ReproductionVerdict,
    reasons: Sequence[str],
    files: Sequence[str] = (),
    metrics: Sequence[ReproducedMetric] = (),
) -> dict[str, object]:
    shown = [metric.model_dump(mode="json") for metric in metrics]
    return {"verdict": str(verdict), "reasons": list(reasons), "files": list(files), "metrics": shown}


def _differences(
    before: TrainingOutcome,
    after: TrainingOutcome,
    drifted: Sequence[ReproducedMetric],
    files: Sequence[str],
    tolerance: float,
) -> list[str]:
    reasons = [
        f"{metric.split} {metric.name} was {metric.before!r} and is {metric.after!r}; the tolerance is {tolerance:g}."
        for metric in drifted[:_MAX_NAMED]
    ]
    if files:
        more = f" and {len(files) - _MAX_NAMED} more" if len(files) > _MAX_NAMED else ""
        reasons.append(f"Files that differ: {', '.join(files[:_MAX_NAMED])}{more}.")
    if before.files.get("model/requirements.txt") != after.files.get("model/requirements.txt"):
        reasons.append("It was trained with other packages.")
    if any(before.files.get(path) != after.files.get(path) for path in before.files if path.startswith(_CODE)):
        reasons.append("The code that predicts is that of another release of Modelyard.")
    if _training_part(before.rendered) != _training_part(after.rendered):
        reasons.append("Defaults of the config are others in this release.")
    return reasons


def _training_part(rendered: Mapping[str, object]) -> dict[str, object]:
    """What of a config says how a model is trained; `backend` says where."""
    return {key: value for key, value in rendered.items() if key != "backend"}


def _is_close(before: float | str | None, after: float | str | None, tolerance: float) -> bool:
    if before is None or after is None:
        return before is after
    first, second = float(before), float(after)
    both_nan = math.isnan(first) and math.isnan(second)
    return both_nan or math.isclose(first, second, rel_tol=tolerance, abs_tol=tolerance)
