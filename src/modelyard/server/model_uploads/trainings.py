"""The training of an uploaded model, as far as its files tell it: shown as that of a version that was trained here."""

from sqlalchemy import Connection, update

from modelyard.server.access.scope import Scope
from modelyard.server.db.raw import Raw
from modelyard.server.kernel.clock import now_ms
from modelyard.server.model_uploads.ludwig import LudwigModel
from modelyard.server.registry.models.queries import find_model
from modelyard.server.registry.tables import version_details, versions
from modelyard.server.registry.texts import search_text
from modelyard.server.registry.versions.moves import set_results
from modelyard.server.registry.versions.registered import RegisteredVersion
from modelyard.server.tracking.metrics.service import point
from modelyard.server.tracking.runs.service import NewRun, create_runs
from modelyard.server.tracking.runs.trainings import end_run, log_training_points
from modelyard.wire.jobs import TrainResult


def set_training(connection: Connection, scope: Scope, version: RegisteredVersion, model: LudwigModel) -> None:
    """Target, config, metrics and curves; the curves go into a run of the version's own."""
    raw, now = Raw(connection), now_ms()
    experiment_id = find_model(connection, scope.project_id, version.model).experiment_id
    new = NewRun(str(experiment_id), f"{version.model}/{version.number}", scope.actor, now)
    (run,) = create_runs(raw, [(scope.actor, scope.project_id, new)], are_trainings=True)
    results = [
        point(f"{metric.split}_{metric.name}", metric.value, now, model.results_step) for metric in model.metrics
    ]
    log_training_points(raw, run.id, [*model.points, *results])
    end_run(raw, run.id, "FINISHED", now)
    searched = [version.description, None, model.target, model.trainer, version.created_by]
    connection.execute(
        update(versions)
        .where(versions.c.id == version.id)
        .values(
            target=model.target,
            output_type=model.output_type,
            trainer=model.trainer,
            run=run.id,
            run_id=run.run_id,
            search_text=search_text(searched),
        )
    )
    connection.execute(
        update(version_details)
        .where(version_details.c.version_id == version.id)
        .values(given_config=model.config, rendered_config=model.config)
    )
    positive = model.classes[1] if model.output_type == "binary" and len(model.classes) == 2 else None
    result = TrainResult(metrics=model.metrics, best_iteration=model.best_step, positive_class=positive)
    set_results(connection, version.id, result, model.results_step)
