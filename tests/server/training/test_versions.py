"""Versions over HTTP: numbers, lists, editing, files, comparing, deleting."""

import io
import zipfile
from typing import Any

import pytest

from tests.server.training.playing import CONFIG, Yard


def make_ready(yard: Yard, metric: float | str | None = None, **other: Any) -> int:
    """A Ready version, its training played; `metric` is its test ROC AUC."""
    number: int = yard.train(**other)["number"]
    worker = yard.worker(number)
    worker.go_to("Training")
    value = 0.5 if metric is None else metric
    metrics = [
        {"name": "roc_auc", "split": "test", "value": value, "higher_is_better": True},
        {"name": "f1", "split": "test", "value": number / 10, "higher_is_better": True},
        {"name": "f1", "split": "train", "value": 0.9, "higher_is_better": True},
    ]
    assert worker.finish(metrics=metrics).status_code == 204
    worker.end()
    return number


def make_canceled(yard: Yard, **other: Any) -> int:
    number: int = yard.train(**other)["number"]
    worker = yard.worker(number)
    yard.http.post(f"{yard.model_path}/versions/{number}/cancel")
    worker.start()
    worker.finish("Canceled")
    worker.end()
    return number


def listed(yard: Yard, **params: Any) -> list[int]:
    page = yard.http.get(f"{yard.model_path}/versions", params=params).json()
    return [version["number"] for version in page["items"]]


def test_numbers_go_up_and_are_never_given_again(yard: Yard):
    assert [make_canceled(yard) for _ in range(3)] == [1, 2, 3]
    assert yard.http.delete(f"{yard.model_path}/versions/3").status_code == 204
    assert yard.http.delete(f"{yard.model_path}/versions/2").status_code == 204
    assert yard.http.get(f"{yard.model_path}/versions/latest").json()["number"] == 1
    assert make_canceled(yard) == 4
    model = yard.http.get(yard.model_path).json()
    assert (model["version_count"], model["latest_version"]["number"]) == (2, 4)
    assert (model["datasets"], model["contributors"]) == (["toy"], ["local"])


def signature(*inputs: str) -> dict[str, Any]:
    columns = [{"name": name, "type": "double", "required": True} for name in inputs]
    return {"inputs": columns, "outputs": [{"name": "y", "type": "string", "required": True}]}


def test_a_trained_version_gets_the_smallest_semver_that_its_signature_allows(yard: Yard):
    wanted = [(signature("a", "b"), "1.0.0"), (signature("a", "b"), "1.0.1"), (signature("a"), "2.0.0"), (None, None)]
    for given, expected in wanted:
        number = yard.train()["number"]
        worker = yard.worker(number)
        worker.go_to("Training")
        assert yard.version(number)["semver"] is None
        assert worker.finish(signature=given).status_code == 204
        worker.end()
        assert yard.version(number)["semver"] == expected
    assert yard.http.get(f"{yard.model_path}/versions/2").json()["status"] == "Ready"


def test_the_default_version_is_the_newest_ready_one_that_is_not_archived(yard: Yard):
    make_ready(yard)
    make_ready(yard)
    make_canceled(yard)

    def default() -> list[int]:
        items = yard.http.get(f"{yard.model_path}/versions?include_archived=true").json()["items"]
        return [version["number"] for version in items if version["is_default"]]

    assert default() == [2]
    yard.http.patch(f"{yard.model_path}/versions/2", json={"archived": True})
    assert default() == [1]
    yard.http.patch(f"{yard.model_path}/versions/2", json={"archived": False})
    assert default() == [2]
    yard.http.delete(f"{yard.model_path}/versions/2")
    assert default() == [1]


def test_lists_are_sorted_filtered_searched_and_paged(yard: Yard):
    make_ready(yard, 0.7, description="Bagging")
    make_ready(yard, "NaN", description="über")
    make_ready(yard, 0.9, description="Alpha")
    make_canceled(yard, description="")
    assert listed(yard) == [4, 3, 2, 1]
    assert listed(yard, sort="metric") == [3, 1, 4, 2]
    assert listed(yard, sort="metric", order="asc") == [1, 3, 2, 4]
    for sort in ("created_at", "duration", "status", "description", "dataset", "engine"):
        assert sorted(listed(yard, sort=sort)) == [1, 2, 3, 4]
    assert listed(yard, status="Canceled") == [4]
    assert listed(yard, status=["Ready", "Canceled"], order="asc") == [1, 2, 3, 4]
    assert listed(yard, search="ALPHA") == [3]
    assert listed(yard, search="ÜBER") == [2]
    assert listed(yard, search="#3") == [3]
    assert listed(yard, search="toy") == [4, 3, 2, 1]
    yard.http.patch(f"{yard.model_path}/versions/3", json={"archived": True})
    assert listed(yard) == [4, 2, 1]
    assert listed(yard, include_archived=True) == [4, 3, 2, 1]
    for sort in ("metric", "description", "number", "duration"):
        for order in ("asc", "desc"):
            whole = listed(yard, sort=sort, order=order, include_archived=True)
            paged: list[int] = []
            token = None
            while True:
                params = {"sort": sort, "order": order, "limit": 1, "include_archived": True}
                page = yard.http.get(
                    f"{yard.model_path}/versions", params={**params, **({"page_token": token} if token else {})}
                ).json()
                paged += [version["number"] for version in page["items"]]
                token = page["next_page_token"]
                if token is None:
                    break
            assert paged == whole


def test_the_shown_metric_follows_the_models_choice(yard: Yard):
    make_ready(yard, 0.7)
    yard.http.patch(yard.model_path, json={"default_metric": "f1"})
    expected = {"name": "f1", "split": "test", "value": 0.1, "higher_is_better": True, "positive_class": None}
    assert yard.version()["metric"] == expected
    make_ready(yard, 0.8)
    assert yard.version(2)["metric"]["name"] == "f1"
    unknown = yard.http.patch(yard.model_path, json={"default_metric": "nope"})
    assert unknown.json()["error"]["code"] == "invalid_argument"
    assert "f1, log_loss" in unknown.json()["error"]["hint"]
    near = yard.http.patch(yard.model_path, json={"default_metric": "roc-auc"}).json()["error"]
    assert near["problems"][0]["suggestion"] == "Did you mean 'roc_auc'?"
    assert "mean_squared_error" not in near["hint"]
    yard.http.patch(yard.model_path, json={"default_metric": ""})
    assert [yard.version(number)["metric"]["value"] for number in (1, 2)] == [0.7, 0.8]


def test_descriptions_stars_and_archive_are_edited_in_place(yard: Yard):
    make_canceled(yard)
    path = f"{yard.model_path}/versions/1"
    changed = yard.http.patch(path, json={"description": "Better", "starred": True}).json()
    assert (changed["description"], changed["starred"], changed["archived"]) == ("Better", True, False)
    assert listed(yard, search="better") == [1]
    assert yard.http.patch(path, json={"descriptoin": "x"}).status_code == 400
    assert yard.http.patch(path, json={"description": "a\0"}).json()["error"]["code"] == "invalid_argument"


def test_a_moving_version_and_its_model_cannot_be_deleted(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    for path in (f"{yard.model_path}/versions/1", yard.model_path):
        refused = yard.http.delete(path)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    worker.complete()
    assert yard.http.delete(yard.model_path).status_code == 204
    assert yard.http.get(yard.model_path).status_code == 404
    assert yard.http.get(f"{yard.path}/datasets/toy/versions/1/uses").status_code == 200


def test_files_are_listed_read_by_range_and_zipped(yard: Yard):
    yard.train()
    worker = yard.worker()
    worker.go_to("Training")
    content = bytes(range(256)) * 40
    worker.put_file("model/data/model.bin", b"an earlier try")
    assert worker.put_file("model/data/model.bin", content).status_code == 200
    worker.put_file("reports/evaluation.json", b"{}")
    worker.complete()
    path = f"{yard.model_path}/versions/1"
    files = yard.http.get(f"{path}/files").json()
    assert [file["path"] for file in files] == [
        "model/MLmodel",
        "model/data/model.bin",
        "model/model.txt",
        "reports/evaluation.json",
    ]
    version = yard.version()
    assert (version["file_count"], version["size_bytes"]) == (4, sum(file["size_bytes"] for file in files))
    whole = yard.http.get(f"{path}/files/model/data/model.bin")
    assert whole.content == content
    assert whole.headers["content-disposition"].startswith("attachment")
    part = yard.http.get(f"{path}/files/model/data/model.bin", headers={"Range": "bytes=256-511"})
    assert (part.status_code, part.content) == (206, content[256:512])
    assert yard.http.get(f"{path}/files/model/none").status_code == 404
    zipped = yard.http.get(f"{path}/download")
    assert int(zipped.headers["content-length"]) == len(zipped.content)
    archive = zipfile.ZipFile(io.BytesIO(zipped.content))
    assert archive.testzip() is None
    assert archive.read(f"{yard.model}-1/data/model.bin") == content
    assert not any("reports" in name for name in archive.namelist())


def test_reports_are_not_there_before_they_are_made(yard: Yard):
    make_canceled(yard)
    for report in ("evaluation", "explanation", "download"):
        assert yard.http.get(f"{yard.model_path}/versions/1/{report}").status_code == 404


def test_versions_are_compared_in_the_order_asked_for(yard: Yard):
    make_canceled(yard)
    make_ready(yard, config={**CONFIG, "trainer": {"num_boost_round": 30}})
    compared = yard.http.get(f"{yard.model_path}/compare", params={"v": [2, 1]}).json()
    assert [version["number"] for version in compared["versions"]] == [2, 1]
    assert [config["given"]["trainer"]["num_boost_round"] for config in compared["configs"]] == [30, 20]
    assert yard.http.get(f"{yard.model_path}/compare", params={"v": [1, 9]}).status_code == 404
    assert yard.http.get(f"{yard.model_path}/compare").status_code == 400
    many = yard.http.get(f"{yard.model_path}/compare", params={"v": list(range(1, 30))})
    assert "29 versions" in many.json()["error"]["message"]


def test_retraining_repeats_config_and_data_with_a_parent(yard: Yard):
    make_canceled(yard, description="again")
    made = yard.http.post(f"{yard.model_path}/versions/1/retrain")
    assert made.status_code == 201
    again = made.json()
    assert (again["number"], again["parent"], again["description"], again["seed"]) == (2, 1, "again", 42)
    assert again["dataset"] == {"name": "toy", "number": 1}
    configs = [yard.http.get(f"{yard.model_path}/versions/{number}/config").json() for number in (1, 2)]
    assert configs[0] == configs[1]
    yard.worker(2).kill()
    yard.wait_for("Failed", number=2)


@pytest.mark.parametrize(
    ("change", "status", "code", "path"),
    [
        ({"config": {**CONFIG, "trianer": {}}}, 422, "invalid_config", "trianer"),
        ({"config": {**CONFIG, "trainer": {"num_leafs": 3}}}, 422, "invalid_config", "trainer.num_leafs"),
        ({"config": {**CONFIG, "model_type": "gmb"}}, 422, "invalid_config", "model_type"),
        ({"dataset": "none"}, 404, "not_found", None),
        ({"dataset_version": 99}, 404, "not_found", None),
        ({"engine": "ray"}, 400, "invalid_argument", None),
        ({"parent": 5}, 400, "invalid_argument", None),
        ({"description": "x" * 20_001}, 400, "invalid_argument", None),
    ],
)
def test_a_training_that_cannot_be_makes_nothing(
    yard: Yard, change: dict[str, Any], status: int, code: str, path: str | None
):
    body = {"config": CONFIG, "dataset": "toy", **change}
    answer = yard.http.post(f"{yard.model_path}/versions", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    if path is not None:
        assert path in [problem["path"] for problem in error["problems"]]
    assert yard.http.get(yard.model_path).status_code == 404
    assert yard.jobs() == []
