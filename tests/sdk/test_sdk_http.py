import httpx
import pytest

from modelyard.sdk import (
    Client,
    InvalidArgumentError,
    InvalidNameError,
    NotFoundError,
    RequestError,
    ServerUnreachableError,
    UnexpectedAnswerError,
)
from modelyard.sdk._errors import BY_CODE
from modelyard.sdk._http import Http
from modelyard.wire.errors import ErrorCode
from tests.sdk.fake import URL, FakeServer, dataset, error, ok, page

DATASETS = "/projects/p/datasets"


@pytest.mark.parametrize("code", list(ErrorCode))
def test_each_code_has_an_exception_of_its_own(fake: FakeServer, code: ErrorCode):
    problem = {"path": "row 17", "message": "3 fields instead of 4", "suggestion": None}
    fake.on("GET", DATASETS + "/iris", error(422, code, "bad", hint="do", problems=[problem], request_id="r-1"))
    with pytest.raises(BY_CODE[code]) as caught:
        fake.client().datasets("iris").refresh()
    raised = caught.value
    assert (raised.code, raised.status, raised.message, raised.hint) == (code, 422, "bad", "do")
    assert (raised.problems[0].path, raised.request_id) == ("row 17", "r-1")
    assert "row 17: 3 fields instead of 4" in str(raised)


def test_a_code_of_a_newer_server_is_still_an_error_with_its_code(fake: FakeServer):
    fake.on("GET", DATASETS + "/iris", error(418, "teapot", "short and stout"))
    with pytest.raises(RequestError, match="short and stout") as caught:
        fake.client().datasets("iris").refresh()
    assert caught.value.code == "teapot"


@pytest.mark.parametrize(
    "answer", [httpx.Response(502, html="<h1>Bad gateway</h1>"), httpx.Response(200, text="hello")]
)
def test_an_answer_that_is_not_modelyards_says_so(fake: FakeServer, answer: httpx.Response):
    fake.on("GET", DATASETS + "/iris", answer)
    with pytest.raises(UnexpectedAnswerError) as caught:
        fake.client().datasets("iris").refresh()
    assert caught.value.hint


def test_a_read_is_tried_again_when_the_server_is_away_for_a_moment(fake: FakeServer):
    fake.on("GET", DATASETS + "/iris", httpx.ConnectError("refused"), error(503, "unavailable"), ok(dataset()))
    assert fake.client().datasets("iris").refresh().name == "iris"
    assert len(fake.requests) == 3


def test_a_read_gives_up_with_a_hint(fake: FakeServer):
    fake.on("GET", DATASETS + "/iris", httpx.ConnectError("refused"))
    with pytest.raises(ServerUnreachableError, match=URL) as caught:
        fake.client().datasets("iris").refresh()
    assert "modelyard up" in str(caught.value.hint)
    assert len(fake.requests) == 3


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), error(503, "unavailable")])
def test_a_change_is_never_sent_twice(fake: FakeServer, failure: httpx.Response | Exception):
    fake.on("POST", "/projects/p/models", failure)
    with pytest.raises((ServerUnreachableError, RequestError)):
        fake.client().models.create("iris")
    assert len(fake.requests) == 1


def test_the_servers_retry_after_is_waited_for():
    answers = [httpx.Response(503, headers={"Retry-After": "7"}), httpx.Response(200, json=[])]
    waited: list[float] = []
    http = Http(URL, transport=httpx.MockTransport(lambda _: answers.pop(0)), sleep=waited.append)
    assert http.get("/engines", list[str]) == []
    assert waited == [7.0]


def test_lists_fetch_the_next_page_only_when_it_is_used(fake: FakeServer):
    fake.on("GET", DATASETS, page(dataset("a"), dataset("b"), next_page_token="t/1="), page(dataset("c")))
    names = (found.name for found in fake.client().datasets)
    assert [next(names), next(names)] == ["a", "b"]
    assert len(fake.requests) == 1
    assert list(names) == ["c"]
    assert fake.requests[1].url.params["page_token"] == "t/1="


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MODELYARD_URL", "http://elsewhere:1234/")
    monkeypatch.setenv("MODELYARD_PROJECT", "team")
    with Client() as client:
        assert (client.url, client.project) == ("http://elsewhere:1234", "team")


def test_the_token_is_sent(fake: FakeServer):
    fake.on("GET", DATASETS + "/iris", ok(dataset()))
    fake.client(token="secret").datasets("iris").refresh()
    assert fake.requests[0].headers["Authorization"] == "Bearer secret"


@pytest.mark.parametrize("url", ["127.0.0.1:7300", "ftp://host", "http://", "nonsense"])
def test_an_address_that_is_none_is_refused(url: str):
    with pytest.raises(InvalidArgumentError, match="address of a server"):
        Client(url)


@pytest.mark.parametrize("name", ["a b", "a/b", "..", "💐", "", "-a", "a\n", "x" * 101])
def test_a_name_that_breaks_the_rule_is_refused_before_anything_is_sent(fake: FakeServer, name: str):
    client = fake.client()
    for attempt in (client.datasets, client.models, client.projects):
        with pytest.raises(InvalidNameError) as caught:
            attempt(name)
        assert caught.value.status is None
    assert fake.requests == []


def test_a_missing_object_is_not_found(fake: FakeServer):
    with pytest.raises(NotFoundError):
        fake.client().models("nothing").refresh()
