"""Traces that MLflow made are here after an import, whole and once, as its own client sees them."""

import contextlib
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from modelyard.sdk import Client
from modelyard.sdk.mlflow_import import ImportOptions, TransferReport, import_mlflow
from tests.sdk.mlflow_import.killing import import_and_kill
from tests.sdk.mlflow_import.reading import Made, describe_traces
from tests.support.server import ModelyardServer

OF_TRACES = ("traces", "trace_tags", "trace_metadata", "trace_runs", "spans", "assessments")

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(params=["traced_folder", "traced_database", "traced_server"])
def traced(request: pytest.FixtureRequest) -> Made:
    made: Made = request.getfixturevalue(request.param)
    return made


def counts(report: TransferReport) -> dict[str, int | None]:
    return {kind: report.kinds[kind].there for kind in OF_TRACES}


def expected(seen: dict[str, Any]) -> dict[str, int]:
    """Counted in what the client sees, and the one trace of the deleted experiment, which it does not see."""
    traces = [trace for experiment in seen.values() for trace in experiment["traces"]]
    gone = {"traces": 1, "spans": 2, "assessments": 0, "trace_tags": 1}
    counted = {kind: sum(len(trace[kind]) for trace in traces) for kind in ("spans", "assessments")} | {
        "traces": len(traces),
        "trace_tags": sum(len(trace["tags"]) for trace in traces),
    }
    return {kind: count + gone[kind] for kind, count in counted.items()}


def test_traces_come_over_once(traced: Made, client: Client, mlflow_python: str, tmp_path: Path):
    report = import_mlflow(client, traced.uri)
    assert report.complete, report.record()
    assert describe_traces(mlflow_python, client.url, tmp_path) == traced.seen
    assert expected(traced.seen).items() <= counts(report).items()
    assert report.kinds["traces"].written == report.kinds["traces"].found

    again = import_mlflow(client, traced.uri)
    assert again.complete, again.record()
    assert counts(again) == counts(report)
    assert {kind: again.kinds[kind].written for kind in OF_TRACES} == dict.fromkeys(OF_TRACES, 0)
    assert again.kinds["traces"].before == report.kinds["traces"].found


def test_a_later_import_brings_what_changed(traced_database: Made, client: Client, tmp_path: Path):
    copy = tmp_path / "mlflow.db"
    shutil.copy(traced_database.uri.removeprefix("sqlite:///"), copy)
    import_mlflow(client, str(copy))
    with contextlib.closing(sqlite3.connect(copy)) as source:
        judged, other = source.execute("SELECT request_id FROM trace_info ORDER BY request_id LIMIT 2").fetchall()
        source.execute("INSERT INTO trace_tags (key, value, request_id) VALUES ('new', '1', ?)", judged)
        source.execute("DELETE FROM spans WHERE trace_id = ?", other)
        source.execute("UPDATE trace_info SET status = 'IN_PROGRESS' WHERE request_id = ?", other)
        source.commit()
    report = import_mlflow(client, str(copy))
    assert report.kinds["traces"].written == 2
    # The spans that were removed there are still here.
    assert set(report.differences) == {"spans"}
    with_nothing_new = import_mlflow(client, str(copy))
    assert with_nothing_new.kinds["traces"].written == 0


def test_what_is_damaged_is_named_and_the_rest_brought(traced_database: Made, client: Client, tmp_path: Path):
    copy = tmp_path / "mlflow.db"
    shutil.copy(traced_database.uri.removeprefix("sqlite:///"), copy)
    with contextlib.closing(sqlite3.connect(copy)) as source:
        first, second = (row[0] for row in source.execute("SELECT request_id FROM trace_info LIMIT 2"))
        source.execute("UPDATE spans SET content = '{' WHERE trace_id = ?", (first,))
        source.execute(
            "UPDATE spans SET content = json_set(content, '$.span_id', 'AAAA') WHERE trace_id = ?", (second,)
        )
        (assessment,) = source.execute("SELECT assessment_id FROM assessments WHERE name = 'list'").fetchone()
        source.execute("UPDATE assessments SET value = '[' WHERE assessment_id = ?", (assessment,))
        source.commit()
    report = import_mlflow(client, str(copy))
    assert not report.complete
    failed = {(failure.kind, failure.key) for failure in report.failures}
    assert failed == {("spans", first), ("traces", second), ("assessments", assessment)}
    found = report.kinds["traces"]
    assert found.found is not None
    assert found.there == found.found - 1


def test_ids_that_look_like_numbers(traced_database: Made, client: Client, tmp_path: Path):
    """MLflow keeps ids as base64, which begins with 0x for one trace in four thousand."""
    copy = tmp_path / "mlflow.db"
    shutil.copy(traced_database.uri.removeprefix("sqlite:///"), copy)
    with contextlib.closing(sqlite3.connect(copy)) as source:
        roots = source.execute("SELECT trace_id, span_id FROM spans WHERE parent_span_id IS NULL")
        trace_id, span_id = roots.fetchone()
        source.execute(
            "UPDATE spans SET content = json_set(content, '$.span_id', '0xUNM5RrArw=', "
            "'$.trace_id', '0xUNM5RrArxhtoEUsdhfZQ==') WHERE span_id = ?",
            (span_id,),
        )
        source.commit()
    report = import_mlflow(client, str(copy))
    assert report.complete, report.record()
    with client._http.stream("GET", f"/projects/default/traces/{trace_id}") as response:
        spans = json.loads(response.read())["spans"]
    assert "d3150d33946b02bc" in {span["id"] for span in spans}


def test_a_damaged_folder(traced_folder: Made, client: Client, tmp_path: Path):
    copy = tmp_path / "mlruns"
    shutil.copytree(traced_folder.uri, copy)
    first, second, *_ = sorted(copy.glob("*/traces/*"))
    (first / "trace_info.yaml").write_text("{")
    (second / "artifacts" / "traces.json").write_text('{"spans": [1]}')
    report = import_mlflow(client, str(copy))
    assert {(failure.kind, failure.key) for failure in report.failures} == {
        ("traces", first.name),
        ("spans", second.name),
    }
    assert report.kinds["traces"].there == expected(traced_folder.seen)["traces"] - 1


def test_traces_as_mlflow_2_kept_them(traced_folder: Made, client: Client, tmp_path: Path):
    """Under other names, with the spans of each in a file of another form."""
    copy = tmp_path / "mlruns"
    shutil.copytree(traced_folder.uri, copy)
    folder = next(path.parent for path in copy.glob("*/traces/*/tags/team")).parent
    shutil.rmtree(folder / "assessments")
    (folder / "trace_info.yaml").write_text(
        f"request_id: {folder.name}\nexperiment_id: '1'\ntimestamp_ms: 1700000000123\nexecution_time_ms: 40\n"
        "status: OK\n"
    )
    span = {
        "name": "ask",
        "context": {"span_id": "0x00000000000000aa", "trace_id": "0x1"},
        "parent_id": None,
        "start_time": 1_700_000_000_123_000_000,
        "end_time": 1_700_000_000_163_000_000,
        "status_code": "OK",
        "status_message": "",
        "attributes": {"mlflow.spanInputs": '{"q": "where?"}', "mlflow.spanType": '"CHAIN"'},
        "events": [{"name": "e", "timestamp": 1_700_000_000_130_000_000, "attributes": {"n": 1}}],
    }
    (folder / "artifacts" / "traces.json").write_text(json.dumps({"spans": [span]}))
    report = import_mlflow(client, str(copy))
    assert report.complete, report.record()
    with client._http.stream("GET", f"/projects/default/traces/{folder.name}") as response:
        found = json.loads(response.read())
    assert (found["state"], found["duration_ms"]) == ("OK", 40)
    (shown,) = found["spans"]
    assert (shown["id"], shown["type"], shown["inputs"]) == ("00000000000000aa", "CHAIN", {"q": "where?"})
    assert (shown["duration_ns"], shown["events"][0]["offset_ns"]) == (40_000_000, 7_000_000)


def test_a_dry_run_counts_traces(traced_database: Made, client: Client, yard: ModelyardServer):
    report = import_mlflow(client, traced_database.uri, ImportOptions(dry_run=True))
    seen = expected(traced_database.seen)
    assert {kind: report.kinds[kind].found for kind in seen} == seen
    with yard.client() as http:
        assert http.get("projects/default/imports").json() == []


def test_only_the_traces_of_chosen_experiments(traced_database: Made, client: Client):
    report = import_mlflow(client, traced_database.uri, ImportOptions(experiments=["traced and deleted"]))
    assert report.complete, report.record()
    assert (report.kinds["traces"].there, report.kinds["trace_runs"].there) == (1, 0)


def test_killed_again_and_again_it_ends_whole(
    traced_database: Made, client: Client, yard: ModelyardServer, mlflow_python: str, tmp_path: Path
):
    most = 20_000
    while import_and_kill(traced_database.uri, yard, most, tmp_path):
        most = most * 5 // 3
    report = import_mlflow(client, traced_database.uri)
    assert report.complete, report.record()
    assert describe_traces(mlflow_python, client.url, tmp_path) == traced_database.seen
