"""Which code does which kind of job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from modelyard.wire.jobs import JobFinish
from modelyard.worker.importing import importing
from modelyard.worker.job.client import JobClient
from modelyard.worker.job.reporter import Reporter

Work = Callable[[Mapping[str, Any], JobClient, Reporter, Path], JobFinish]
"""Does a job by its spec, in a folder of its own, and says how it ended. A stop raises, as `Reporter.check` does."""


@dataclass(frozen=True)
class WorkerKind:
    """`work` is `module:function`, imported by a worker that has claimed such a job."""

    work: str
    confirms_cancel: bool = True
    """Whether the server is told that a canceled job has ended; it may be gone itself."""

    def load(self) -> Work:
        # Libraries read the number of threads when they are imported: not before it is set.
        module, _, name = self.work.partition(":")
        with importing():
            work: Work = getattr(import_module(module), name)
        return work


KINDS: Mapping[str, WorkerKind] = {
    "train": WorkerKind("modelyard.worker.job.train:work"),
    "predict": WorkerKind("modelyard.worker.job.predict:work", confirms_cancel=False),
}
