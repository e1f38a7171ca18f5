"""Every field and operator that traces are searched by, through the unmodified client."""

import time
from typing import Any

import mlflow
import pytest
import requests
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource
from mlflow.exceptions import MlflowException

HUMAN = AssessmentSource(source_type="HUMAN", source_id="ada@example.com")
SCORES = {"a": 0.25, "b": 1, "c": -3.5e-2, "d": True}


@pytest.fixture(scope="module")
def traces(tracking_uri: str) -> tuple[str, dict[str, str]]:
    """An experiment, and its traces by name, each with spans that differ."""
    assert tracking_uri
    experiment: str = mlflow.set_experiment(f"filters-{time.time_ns()}").experiment_id
    ids = {}
    for index, name in enumerate("abcd"):
        with mlflow.start_span(name, span_type="CHAIN") as root:
            mlflow.update_current_trace(tags={"team": f"team-{index}\nline two"}, metadata={"round": str(index)})
            with mlflow.start_span("model", span_type="LLM") as span:
                span.set_attributes({"model": f"gpt-{index}.5", "tokens": 10 * index, "chat": True, "stop": None})
                span.set_attributes({"odd key.x": f'Zürich "{index}"\t\\ 🚀', "limits": {"top": index}})
            with mlflow.start_span("tool", span_type="TOOL") as span:
                span.set_attribute("model", f"tool-{index}")
        ids[name] = root.trace_id
    mlflow.flush_trace_async_logging()
    deadline = time.monotonic() + 30
    while len(found := MlflowClient().search_traces([experiment])) < 4 or any(len(t.data.spans) < 3 for t in found):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return experiment, ids


@pytest.fixture(scope="module")
def judged(traces: tuple[str, dict[str, str]]) -> tuple[str, dict[str, str]]:
    _, ids = traces
    for name, score in SCORES.items():
        mlflow.log_feedback(trace_id=ids[name], name="score", value=score, source=HUMAN)
        mlflow.log_expectation(trace_id=ids[name], name="facts", value=f"it is {name}", source=HUMAN)
    first = mlflow.log_feedback(trace_id=ids["a"], name="right", value="no", source=HUMAN)
    mlflow.override_feedback(trace_id=ids["a"], assessment_id=first.assessment_id, value="yes", source=HUMAN)
    mlflow.log_feedback(trace_id=ids["b"], name="right", value={"valid": False}, source=HUMAN)
    return traces


def names(traces: tuple[str, dict[str, str]], filter_string: str) -> str:
    experiment, ids = traces
    found = MlflowClient().search_traces(
        [experiment], filter_string=filter_string, order_by=["timestamp_ms ASC"], include_spans=False
    )
    by_id = {trace_id: name for name, trace_id in ids.items()}
    return "".join(sorted(by_id[trace.info.trace_id] for trace in found))


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("name RLIKE '^[ab]$'", "ab"),
        ("trace.name IN ('b', 'c')", "bc"),
        ("name NOT IN ('b', 'c')", "ad"),
        ("status IN ('OK') AND name RLIKE '[^a]'", "bcd"),
        ("tag.team RLIKE 'team-[0-2]'", "abc"),
        ("tag.team RLIKE '^team-0$'", ""),
        ("tag.team RLIKE '^team-0.line two$'", "a"),
        ("metadata.round RLIKE '[12]'", "bc"),
        ("request_metadata.round = '3'", "d"),
        ("trace.text RLIKE 'gpt-[01]'", "ab"),
        ("trace.text LIKE '%gpt-2%'", "c"),
        ("span.content LIKE '%gpt-3.5%'", "d"),
        ("span.content ILIKE '%GPT-3.5%'", "d"),
        ("span.content RLIKE 'gpt-3\\.5'", "d"),
        ("span.name RLIKE '^mo' AND span.attributes.model LIKE '%-1.5%'", "b"),
        ("span.type IN ('LLM', 'AGENT') AND span.name = 'model'", "abcd"),
        ("span.type = 'LLM' AND span.name = 'tool'", ""),
        ("span.type = 'LLM' AND NOT span.name = 'nothing'", "abcd"),
        ("span.attributes.model = 'gpt-1.5'", "b"),
        ("span.attributes.model != 'gpt-1.5'", "abcd"),
        ("span.attributes.model IN ('gpt-1.5', 'tool-2')", "bc"),
        ("span.attributes.model IN ('gpt-1.5', 'tool-2') AND span.type = 'TOOL'", "c"),
        ("span.attributes.model NOT IN ('gpt-1.5', 'tool-1') AND span.attributes.model RLIKE '1'", ""),
        ("span.attributes.model LIKE '%gpt%' AND span.attributes.tokens = '20'", "c"),
        ("span.attributes.model ILIKE 'GPT-0%'", "a"),
        ("span.attributes.model RLIKE '^gpt-[0-9]\\.5$'", "abcd"),
        ("span.attributes.model RLIKE '^.pt-[23]'", "cd"),
        ("span.attributes.model RLIKE '\\bpt'", ""),
        ("span.attributes.tokens = '10'", "b"),
        ("span.attributes.chat = 'true'", "abcd"),
        ("span.attributes.limits LIKE '%\"top\"%' AND span.attributes.tokens = '20'", "c"),
        ("span.attributes.`odd key.x` = 'Zürich \"1\"\t\\ 🚀'", "b"),
        ("span.attributes.`odd key.x` RLIKE '\\x{5a}.rich \"[23]\"\\s'", "cd"),
        ("span.attributes.nothing IS NULL", "abcd"),
        ("span.attributes.model IS NOT NULL AND span.type = 'CHAIN'", ""),
        ("span.attributes.mlflow.spanType = 'TOOL'", "abcd"),
        ("name = 'a' OR span.attributes.tokens = '30'", "ad"),
        ("client_request_id IS NULL", "abcd"),
    ],
)
def check_filters(traces: tuple[str, dict[str, str]], filter_string: str, expected: str):
    assert names(traces, filter_string) == expected


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("feedback.score > 0", "ab"),
        ("feedback.score >= 0.25 AND feedback.score < 1", "a"),
        ("feedback.score <= -0.035", "c"),
        ("feedback.score = 1", "b"),
        ("feedback.score != 1", "ac"),
        ("feedback.score = 'true'", "d"),
        ("feedback.score IN ('true', '1.0')", "bd"),
        ("feedback.score RLIKE '^-'", "c"),
        ("feedback.right = 'no'", ""),
        ("feedback.right = 'yes'", "a"),
        ("feedback.right IS NOT NULL", "ab"),
        ("feedback.right IS NULL", "cd"),
        ("expectation.facts = 'it is b'", "b"),
        ("expectation.facts RLIKE 'is [cd]$'", "cd"),
        ("expectation.facts ILIKE 'IT IS A'", "a"),
        ("expectation.score IS NULL", "abcd"),
        ("NOT feedback.score > 0", "cd"),
    ],
)
def check_what_people_think(judged: tuple[str, dict[str, str]], filter_string: str, expected: str):
    assert names(judged, filter_string) == expected


def check_prompts_of_traces(traces: tuple[str, dict[str, str]], name: str):
    for text in ("Say {{x}}.", "Say {{x}} now."):
        mlflow.genai.register_prompt(name=name, template=text)
    for trace, version in (("a", 1), ("b", 2)):
        mlflow.MlflowClient().link_prompt_versions_to_trace(
            [mlflow.genai.load_prompt(f"prompts:/{name}/{version}")], traces[1][trace]
        )
    assert names(traces, f"prompt = '{name}/1'") == "a"
    assert names(traces, f"trace.prompt IN ('{name}/1', '{name}/2')") == "ab"
    assert names(traces, f"NOT prompt = '{name}/1' AND prompt IS NOT NULL") == "b"
    assert names(traces, f"prompt = '{name}/3'") == ""


def check_issues_of_traces(traces: tuple[str, dict[str, str]], name: str, tracking_uri: str):
    issue: Any = {
        "assessment_name": name,
        "source": {"source_type": "HUMAN", "source_id": "x"},
        "issue": {"issue_name": "i"},
    }
    address = f"{tracking_uri}/api/3.0/mlflow/traces/{traces[1]['c']}/assessments"
    requests.post(address, json={"assessment": issue}, timeout=30).raise_for_status()
    assert names(traces, f"issue.id = '{name}'") == "c"
    assert names(traces, "issue.id = 'another'") == ""


@pytest.mark.parametrize(
    ("filter_string", "message"),
    [
        ("name RLIKE '('", "missing \\).*character 12"),
        ("name RLIKE 'a(?=b)'", "invalid perl operator"),
        ("name RLIKE '(a)\\1'", "invalid escape sequence"),
        ("name RLIKE '(.{0,30}){0,30}x'", "too many repetitions"),
        ("timestamp_ms RLIKE '1'", "RLIKE does not apply.*character 14"),
        ("feedback.score > 'x'", "compared with a number.*character 18"),
        ("feedback.score LIKE 1", "compared with text"),
        ("prompt LIKE 'a/1'", "The operator LIKE does not apply to prompt.*character 8"),
        ("prompt = 'a'", "named as name/version"),
        ("prompt = 'a/b/1'", "named as name/version"),
        ("issue.id != 'x'", "The operator != does not apply"),
        ("issue.name = 'x'", "There is no issue.name"),
        ("span.attributes = 'x'", "There is no span.attributes"),
        ("span.nothing = 'x'", "There is no span.nothing"),
    ],
)
def check_a_wrong_filter_is_refused(traces: tuple[str, dict[str, str]], filter_string: str, message: str):
    with pytest.raises(MlflowException, match=message) as raised:
        names(traces, filter_string)
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize("pattern", ["(x+x+)+y", "(a|a)*$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){11}z"])
def check_no_pattern_holds_up_a_search(traces: tuple[str, dict[str, str]], pattern: str):
    client = MlflowClient()
    client.set_trace_tag(traces[1]["a"], "long", "xa" * 4000)
    began = time.monotonic()
    names(traces, f"tag.long RLIKE '{pattern}'")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "search",
    [
        lambda client: client.search_runs(["0"], "params.a RLIKE 'x'"),
        lambda client: client.search_experiments(filter_string="name RLIKE 'x'"),
        lambda client: client.search_registered_models("name RLIKE 'x'"),
        lambda client: client.search_model_versions("name RLIKE 'x'"),
        lambda client: client.search_logged_models(["0"], "name RLIKE 'x'"),
    ],
)
def check_other_searches_refuse_patterns(client: MlflowClient, search: Any):
    with pytest.raises(MlflowException, match=r"The operator RLIKE does not apply.*character") as raised:
        search(client)
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"
    assert "^" in str(raised.value)
