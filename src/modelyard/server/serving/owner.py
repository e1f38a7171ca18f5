"""What the jobs that hold a model and answer predictions mean."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from modelyard.server.engines.kinds import Ending, JobOwner
from modelyard.server.engines.queries import JobRow
from modelyard.server.kernel.errors import LeaseLost
from modelyard.server.registry.versions.contents import list_contents
from modelyard.server.registry.versions.files import MODEL_FOLDER
from modelyard.server.registry.versions.subjects import VersionSubject, find_deleted, find_version
from modelyard.server.serving.broker import PredictionBroker
from modelyard.wire.jobs import PredictSpec

PREDICT = "predict"

_IDLE_SECONDS = 300
"""How long a prediction worker stays warm when nobody asks."""
_MEMORY_HINT = "Send fewer rows at once, or raise the setting engine_memory_limit_mb."


class PredictionOwner(JobOwner):
    """A worker loads the model of a version once, and answers tables until nobody asks any more."""

    def __init__(self, broker: PredictionBroker, *, allow_pickled_models: bool) -> None:
        self._broker = broker
        self._allow_pickled_models = allow_pickled_models

    def make_spec(self, connection: Connection, job: JobRow, threads: int) -> PredictSpec:
        version = find_version(connection, VersionSubject.of(job.payload).version_id)
        if version is None:
            raise LeaseLost("The version of this job was deleted.", hint="Stop this worker.")
        files = list_contents(connection, job.project_id, version, MODEL_FOLDER)
        return PredictSpec(
            project=job.project,
            model=version.model,
            number=version.number,
            target=version.target,
            output_type=version.output_type,
            allow_pickled_models=self._allow_pickled_models,
            files=[file.path for file, _ in files],
            idle_seconds=_IDLE_SECONDS,
            threads=threads,
        )

    def end(self, connection: Connection, job: JobRow, ending: Ending, now: int) -> None:
        """Nothing of the version changes: whoever waits is told after the commit."""

    def find_gone(self, connection: Connection, jobs: Sequence[JobRow]) -> set[str]:
        version_ids = {job.id: VersionSubject.of(job.payload).version_id for job in jobs}
        deleted = find_deleted(connection, version_ids.values())
        return {job_id for job_id, version_id in version_ids.items() if version_id in deleted}

    def should_stop(self, job_id: str) -> bool:
        return self._broker.should_stop(job_id)

    def ended(self, job: JobRow, ending: Ending) -> None:
        if ending.error_code == "out_of_memory":
            ending = replace(ending, error_message=f"{ending.error_message} {_MEMORY_HINT}")
        self._broker.worker_ended(job.id, VersionSubject.of(job.payload).version_id, ending)

    def make_room(self) -> None:
        self._broker.stop_idlest()
