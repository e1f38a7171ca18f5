"""Writing traces with what their source says of them."""

from modelyard.server.db.raw import Raw
from modelyard.server.kernel.errors import AlreadyExists
from modelyard.server.traces.assessments import store_assessments
from modelyard.server.traces.bulk.prepared import PreparedTrace
from modelyard.server.traces.queries import get_trace, is_linked
from modelyard.server.traces.service import link_to_run, put_trace, store_spans
from modelyard.server.tracking.experiments.queries import Experiment
from modelyard.server.tracking.runs.queries import get_run


def foreign_trace(trace_id: str) -> AlreadyExists:
    return AlreadyExists(f"The trace id {trace_id} is taken by a trace of another project of this server.")


def write_trace(raw: Raw, project_id: int, experiment: Experiment, prepared: PreparedTrace) -> None:
    """Makes the trace, or tells anew of the one of its id, which must be of this project."""
    trace = put_trace(raw, project_id, experiment, prepared.told)
    if prepared.spans:
        store_spans(raw, trace.id, prepared.spans)
    store_assessments(raw, trace.id, prepared.assessments)


def link_trace(raw: Raw, project_id: int, trace_id: str, run_id: str) -> bool:
    """Whether it was not linked to the run before.

    :raises NotFound: the project has no such trace, or no such run.
    """
    trace, run = get_trace(raw, project_id, trace_id), get_run(raw, project_id, run_id)
    if is_linked(raw, trace.trace_id, run.run_id):
        return False
    link_to_run(raw, project_id, [trace.trace_id], run.run_id)
    return True
