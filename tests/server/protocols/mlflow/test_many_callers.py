"""Many callers log at the same moment: what they log shares transactions, and nobody notices."""

import asyncio
from collections import Counter
from typing import Any

import httpx

from tests.support.server import ModelyardServer

API = "/api/2.0/mlflow"
CALLERS = 40


def _create(server: ModelyardServer, project: str) -> str:
    url = f"{server.url}/projects/{project}{API}/runs/create"
    made = httpx.post(url, json={"experiment_id": "0", "start_time": 1}, trust_env=False)
    run_id: str = made.raise_for_status().json()["run"]["info"]["run_id"]
    return run_id


def _get(server: ModelyardServer, project: str, run_id: str) -> dict[str, Any]:
    url = f"{server.url}/projects/{project}{API}/runs/get"
    found: dict[str, Any] = httpx.get(url, params={"run_id": run_id}, trust_env=False).raise_for_status().json()["run"]
    return found


async def _get_all(server: ModelyardServer, gets: list[tuple[str, str, dict[str, str]]]) -> list[httpx.Response]:
    """Project, path and query of each, all at once."""
    return await _send_all(server, [("GET", project, path, {"params": query}) for project, path, query in gets])


async def _post_all(server: ModelyardServer, posts: list[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
    """Project, path and body of each, all at once."""
    return await _send_all(server, [("POST", project, path, {"json": body}) for project, path, body in posts])


async def _send_all(server: ModelyardServer, requests: list[tuple[str, str, str, Any]]) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=CALLERS)
    async with httpx.AsyncClient(base_url=server.url, timeout=60, trust_env=False, limits=limits) as client:
        return await asyncio.gather(
            *(
                client.request(method, f"/projects/{project}{API}/{path}", **content)
                for method, project, path, content in requests
            )
        )


async def test_callers_that_log_at_once_each_get_their_own_answer(server: ModelyardServer, project: str):
    other = f"{project}-other"
    httpx.post(f"{server.url}/api/v1/projects", json={"name": other}, trust_env=False).raise_for_status()
    places = [(project, _create(server, project)) for _ in range(3)] + [(other, _create(server, other))]
    gone = _create(server, project)
    httpx.post(f"{server.url}/projects/{project}{API}/runs/delete", json={"run_id": gone}, trust_env=False)

    posts: list[tuple[str, str, dict[str, Any]]] = []
    expected: list[int] = []
    for index in range(CALLERS * 5):
        name, run_id = places[index % len(places)]
        step = {"timestamp": index, "step": index}
        posts.append((name, "runs/log-metric", {"run_id": run_id, "key": "m", "value": index, **step}))
        posts.append((name, "runs/log-parameter", {"run_id": run_id, "key": f"p{index}", "value": str(index)}))
        posts.append((name, "runs/set-tag", {"run_id": run_id, "key": f"t{index % 7}", "value": str(index)}))
        metrics = [{"key": key, "value": index, **step} for key in ("a", f"b{index % 3}")]
        if index % 20 == 0:  # so many that they are written by themselves
            metrics += [{"key": f"c{n}", "value": index, **step} for n in range(150)]
        posts.append((name, "runs/log-batch", {"run_id": run_id, "metrics": metrics}))
        expected += [200] * 4
        if index % 10 == 0:
            posts.append((name, "runs/log-parameter", {"run_id": gone, "key": "p", "value": "1"}))
            posts.append((other, "runs/set-tag", {"run_id": places[0][1], "key": "t", "value": "not its project"}))
            posts.append((name, "runs/log-metric", {"run_id": run_id, "key": "m", **step}))
            expected += [400 if name == project else 404, 404, 400]

    answers = await _post_all(server, posts)
    assert [answer.status_code for answer in answers] == expected
    for place, (name, run_id) in enumerate(places):
        data = _get(server, name, run_id)["data"]
        mine = [index for index in range(CALLERS * 5) if index % len(places) == place]
        assert {param["key"]: param["value"] for param in data["params"]} == {f"p{index}": str(index) for index in mine}
        latest = {metric["key"]: metric["value"] for metric in data["metrics"]}
        assert latest == {
            "m": mine[-1],
            "a": mine[-1],
            **{f"b{n}": max(index for index in mine if index % 3 == n) for n in range(3)},
            **{f"c{n}": max(large) for n in range(150) if (large := [index for index in mine if index % 20 == 0])},
        }
        history = httpx.get(
            f"{server.url}/projects/{name}{API}/metrics/get-history",
            params={"run_id": run_id, "metric_key": "a"},
            trust_env=False,
        ).json()["metrics"]
        assert sorted(point["step"] for point in history) == mine
        tags = {tag["key"]: int(tag["value"]) for tag in data["tags"] if tag["key"].startswith("t")}
        assert tags.keys() == {f"t{n}" for n in range(7)}
        assert all(value in mine and value % 7 == int(key[1:]) for key, value in tags.items())


async def test_of_callers_that_give_a_param_different_values_one_is_right(server: ModelyardServer, project: str):
    run_id = _create(server, project)
    posts = [
        (project, "runs/log-batch", {"run_id": run_id, "params": [{"key": "p", "value": str(index)}],
                                     "metrics": [{"key": f"m{index}", "value": 1, "timestamp": 1}]})
        for index in range(CALLERS)
    ]  # fmt: skip
    answers = await _post_all(server, posts)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: CALLERS - 1}
    data = _get(server, project, run_id)["data"]
    (winner,) = [index for index, answer in enumerate(answers) if answer.status_code == 200]
    assert data["params"] == [{"key": "p", "value": str(winner)}]
    assert [metric["key"] for metric in data["metrics"]] == [f"m{winner}"]


async def test_runs_made_at_once_are_all_different_and_a_wrong_one_is_refused_alone(
    server: ModelyardServer, project: str
):
    made = {"experiment_id": "0", "start_time": 1}
    posts = [
        (project, "runs/create", {**made, "run_name": f"r{index}"} if index % 8 else {**made, "experiment_id": "999"})
        for index in range(CALLERS)
    ]
    answers = await _post_all(server, posts)
    assert [answer.status_code for answer in answers] == [200 if index % 8 else 404 for index in range(CALLERS)]
    runs = [answer.json()["run"]["info"] for answer in answers if answer.status_code == 200]
    assert len({run["run_id"] for run in runs}) == len(runs)
    assert {run["run_name"] for run in runs} == {f"r{index}" for index in range(CALLERS) if index % 8}
    assert all(_get(server, project, run["run_id"])["info"]["run_name"] == run["run_name"] for run in runs)


async def test_versions_made_at_once_have_all_numbers_once_and_a_wrong_one_takes_none(
    server: ModelyardServer, project: str
):
    base = f"{server.url}/projects/{project}{API}"
    for name in ("one", "two"):
        httpx.post(f"{base}/registered-models/create", json={"name": name}, trust_env=False).raise_for_status()
    posts = []
    for index in range(CALLERS):
        body: dict[str, Any] = {"name": ("one", "two")[index % 2], "source": f"s3://bucket/{index}"}
        if index % 5 == 0:  # the same one for four callers of each model
            body["tags"] = [{"key": "modelyard.semver", "value": "1.0.0"}]
        if index % 8 == 7:
            body["source"] = "/etc/passwd"
        posts.append((project, "model-versions/create", body))
    answers = await _post_all(server, posts)
    versions = [answer.json()["model_version"] for answer in answers if answer.status_code == 200]
    for name in ("one", "two"):
        numbers = sorted(int(version["version"]) for version in versions if version["name"] == name)
        assert numbers == list(range(1, len(numbers) + 1))
        tagged = [version for version in versions if version["name"] == name and version.get("tags")]
        assert len(tagged) == 1
    refused = Counter(answer.json()["error_code"] for answer in answers if answer.status_code != 200)
    wrong = sum(body["source"] == "/etc/passwd" for _, _, body in posts)
    again = sum("tags" in body and body["source"] != "/etc/passwd" for _, _, body in posts) - 2
    assert refused == {"INVALID_PARAMETER_VALUE": wrong, "RESOURCE_ALREADY_EXISTS": again}
    for version in versions:
        found = httpx.get(f"{base}/model-versions/get", params={"name": version["name"], "version": version["version"]},
                          trust_env=False).json()["model_version"]  # fmt: skip
        assert found == version


async def test_runs_read_at_once_are_each_the_one_that_was_asked_for(server: ModelyardServer, project: str):
    other = f"{project}-other"
    httpx.post(f"{server.url}/api/v1/projects", json={"name": other}, trust_env=False).raise_for_status()
    mine = [_create(server, project) for _ in range(10)]
    theirs = _create(server, other)
    for index, run_id in enumerate(mine):
        tag = {"run_id": run_id, "key": "place", "value": str(index)}
        httpx.post(f"{server.url}/projects/{project}{API}/runs/set-tag", json=tag, trust_env=False).raise_for_status()

    gets = [(project, "runs/get", {"run_id": mine[index % 10]}) for index in range(CALLERS * 4)]
    answers = await _get_all(server, gets)
    for index, answer in enumerate(answers):
        run = answer.json()["run"]
        assert run["info"]["run_id"] == mine[index % 10]
        assert {"key": "place", "value": str(index % 10)} in run["data"]["tags"]

    wrong = [(project, "runs/get", {"run_id": theirs}), (other, "runs/get", {"run_id": mine[0]})]
    mixed = await _get_all(server, [*wrong, *gets[:CALLERS], (other, "runs/get", {"run_id": theirs})])
    assert [answer.status_code for answer in mixed] == [404, 404, *[200] * CALLERS, 200]


async def test_aliases_asked_for_at_once_each_get_what_they_name(server: ModelyardServer, project: str):
    base = f"{server.url}/projects/{project}{API}"
    for name in ("one", "two"):
        httpx.post(f"{base}/registered-models/create", json={"name": name}, trust_env=False).raise_for_status()
        for number in ("1", "2", "3"):
            version = {"name": name, "source": f"s3://bucket/{name}/{number}"}
            httpx.post(f"{base}/model-versions/create", json=version, trust_env=False).raise_for_status()
            named = {"name": name, "alias": f"a{number}", "version": number}
            httpx.post(f"{base}/registered-models/alias", json=named, trust_env=False).raise_for_status()
    asked = [("one", "a1", "1"), ("two", "a2", "2"), ("one", "a3", "3"), ("two", "latest", "3")] * 20
    wrong = [("one", "none"), ("none", "a1")]
    gets = [(project, "registered-models/alias", {"name": name, "alias": alias}) for name, alias, *_ in asked + wrong]
    answers = await _get_all(server, gets)
    assert [answer.status_code for answer in answers] == [*[200] * len(asked), 400, 404]
    for (name, alias, number), answer in zip(asked, answers, strict=False):
        found = answer.json()["model_version"]
        assert (found["name"], found["version"]) == (name, number)
        assert found["aliases"] == [f"a{number}"]
        assert found["source"] == f"s3://bucket/{name}/{number}", alias
