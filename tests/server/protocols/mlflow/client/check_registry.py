"""Logged models, registered models, versions, aliases and artifacts, through the unmodified client."""

import datetime as dt
import time
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sklearn.linear_model import LogisticRegression

ROWS = [[0.0], [1.0], [2.0], [3.0]]


@pytest.fixture
def model() -> LogisticRegression:
    return LogisticRegression().fit(ROWS, [0, 0, 1, 1])


def versions(client: MlflowClient, name: str, count: int, **tags: str) -> None:
    client.create_registered_model(name)
    for _ in range(count):
        client.create_model_version(name, "s3://bucket/model", tags=tags, await_creation_for=None)


def check_a_model_is_logged_registered_and_loaded(client: MlflowClient, name: str, model: LogisticRegression):
    mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        logged = mlflow.sklearn.log_model(
            model, name="m", registered_model_name=name, pip_requirements=["scikit-learn"]
        )
        mlflow.log_metric("acc", 1, model_id=logged.model_id)
    assert logged.registered_model_version == "1"
    client.set_registered_model_alias(name, "prod", 1)
    wanted = list(model.predict(ROWS))
    for uri in (
        f"models:/{name}/1",
        f"models:/{name}@prod",
        f"models:/{name}/latest",
        logged.model_uri,
        f"runs:/{run.info.run_id}/m",
    ):
        assert list(mlflow.sklearn.load_model(uri).predict(ROWS)) == wanted, uri
    second = mlflow.register_model(f"runs:/{run.info.run_id}/m", name, tags={"modelyard.semver": "1.2.0"})
    assert second.version == "2"
    assert client.get_run(run.info.run_id).outputs.model_outputs[0].model_id == logged.model_id
    found = mlflow.get_logged_model(logged.model_id)
    assert (found.name, str(found.status), found.source_run_id) == ("m", "READY", run.info.run_id)
    assert [(metric.key, metric.value) for metric in found.metrics] == [("acc", 1)]
    assert '"version": 2' in found.tags["mlflow.modelVersions"]


def check_logged_models_are_searched(client: MlflowClient, experiment: str):
    ids = []
    for index in range(4):
        run = client.create_run(experiment).info.run_id
        made = mlflow.create_external_model(
            f"m{index}", source_run_id=run, experiment_id=experiment, params={"i": str(index)}
        )
        client.log_metric(run, "acc", index / 10, model_id=made.model_id)
        ids.append(made.model_id)

    def found(**options: object) -> list[str]:
        listed = mlflow.search_logged_models(experiment_ids=[experiment], output_format="list", **options)
        return [item.name for item in listed]

    assert found() == ["m3", "m2", "m1", "m0"]
    assert found(filter_string="metrics.acc >= 0.2") == ["m3", "m2"]
    assert found(filter_string="params.i = '1' OR name = 'm0'") == ["m1", "m0"]
    assert found(order_by=[{"field_name": "metrics.acc", "ascending": True}]) == ["m0", "m1", "m2", "m3"]
    first = client.search_logged_models([experiment], max_results=3)
    rest = client.search_logged_models([experiment], max_results=3, page_token=first.token)
    assert [item.name for item in [*first, *rest]] == ["m3", "m2", "m1", "m0"]
    assert found(filter_string="status IN ('READY',)") == ["m3", "m2", "m1", "m0"]
    assert found(filter_string="status != 'READY'") == []
    with pytest.raises(MlflowException) as raised:
        found(filter_string="status = 'ready'")
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"
    client.set_logged_model_tags(ids[0], {"a": "b"})
    client.delete_logged_model_tag(ids[0], "a")
    client.log_model_params(ids[0], {"i": "0", "j": "1"})
    with pytest.raises(MlflowException, match="Changing param values is not allowed"):
        client.log_model_params(ids[0], {"i": "1"})
    assert client.get_logged_model(ids[0]).params == {"i": "0", "j": "1"}
    client.delete_logged_model(ids[0])
    assert found() == ["m3", "m2", "m1"]
    with pytest.raises(MlflowException):
        client.get_logged_model(ids[0])


def check_logged_models_are_searched_by_their_datasets(client: MlflowClient, experiment: str):
    run = client.create_run(experiment).info.run_id
    models = [
        client.create_logged_model(experiment, f"m{index}", model_type=kind)
        for index, kind in enumerate(["b", "a", None])
    ]
    for model, value, timestamp, step, on in (
        (models[0], 0.1, 9, 0, ("train", "1")),
        (models[0], 0.9, 1, 1, ("train", "1")),
        (models[0], 0.2, 1, 0, ("test", "2")),
        (models[1], 0.5, 1, 0, ("train", "3")),
    ):
        dataset = {"dataset_name": on[0], "dataset_digest": on[1]}
        client.log_metric(run, "acc", value, timestamp, step, model_id=model.model_id, **dataset)

    def found(**options: object) -> list[str]:
        return [item.name for item in client.search_logged_models([experiment], **options)]

    train, digest, test = (
        {"dataset_name": "train"},
        {"dataset_name": "train", "dataset_digest": "3"},
        {"dataset_name": "test"},
    )
    assert found(datasets=[train]) == ["m1", "m0"]
    assert found(datasets=[digest]) == ["m1"]
    assert found(datasets=[digest, test]) == ["m1", "m0"]
    assert found(datasets=[{"dataset_name": "other"}]) == []
    assert found(datasets=[train], filter_string="metrics.acc > 0.6") == ["m0"], "the latest is of the highest step"
    by_accuracy = {"field_name": "metrics.acc", "ascending": False}
    assert found(datasets=[train], order_by=[by_accuracy]) == ["m0", "m1"]
    assert found(order_by=[{**by_accuracy, "dataset_name": "test"}]) == ["m0", "m2", "m1"]
    assert found(order_by=[{"field_name": "model_type", "ascending": True}]) == ["m1", "m0", "m2"]


def check_registered_models(client: MlflowClient, name: str):
    with pytest.raises(MlflowException) as raised:
        client.create_registered_model(" ")
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"
    made = client.create_registered_model(name, tags={"a": "1"}, description="first")
    assert (made.name, made.description, made.tags) == (name, "first", {"a": "1"})
    with pytest.raises(MlflowException) as raised:
        client.create_registered_model(name)
    assert raised.value.error_code == "RESOURCE_ALREADY_EXISTS"
    assert client.update_registered_model(name, "second").description == "second"
    client.set_registered_model_tag(name, "b", "2")
    client.delete_registered_model_tag(name, "a")
    client.delete_registered_model_tag(name, "a")
    assert client.get_registered_model(name).tags == {"b": "2"}
    renamed = f"{name} (v2) ü"
    client.rename_registered_model(name, renamed)
    assert client.get_registered_model(renamed).description == "second"
    client.delete_registered_model(renamed)
    with pytest.raises(MlflowException) as raised:
        client.get_registered_model(renamed)
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def check_registered_models_are_searched(client: MlflowClient, name: str):
    for index in range(5):
        client.create_registered_model(f"{name}-{index}", tags={"even": str(index % 2 == 0)})
    found = client.search_registered_models(f"name ILIKE '{name.upper()}-%' AND tags.even = 'True'")
    assert [item.name for item in found] == [f"{name}-{index}" for index in (0, 2, 4)]
    first = client.search_registered_models(f"name LIKE '{name}%'", 2, ["name DESC"])
    assert [item.name for item in first] == [f"{name}-4", f"{name}-3"]
    second = client.search_registered_models(f"name LIKE '{name}%'", 2, ["name DESC"], first.token)
    assert [item.name for item in second] == [f"{name}-2", f"{name}-1"]


def check_versions(client: MlflowClient, name: str):
    versions(client, name, 3)
    assert client.update_model_version(name, "2", "two").description == "two"
    client.set_model_version_tag(name, "2", "k", "v")
    assert client.get_model_version(name, "2").tags == {"k": "v"}
    client.delete_model_version_tag(name, "2", "k")
    assert client.get_model_version_download_uri(name, "2") == "s3://bucket/model"
    assert [item.version for item in client.search_model_versions(f"name = '{name}'", order_by=["version_number"])] == [
        "1",
        "2",
        "3",
    ]
    client.delete_model_version(name, "3")
    fourth = client.create_model_version(name, "s3://bucket/model")
    assert fourth.version == "4", "the number of a deleted version is never given again"
    found = client.search_model_versions(f"name = '{name}' AND version_number > 1 AND source_path LIKE 's3://%'")
    assert {item.version for item in found} == {"2", "4"}
    with pytest.raises(MlflowException) as raised:
        client.get_model_version(name, "3")
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def check_versions_are_sorted(client: MlflowClient, name: str):
    versions(client, name, 3)
    client.update_model_version(name, "1", "later")
    own = f"name = '{name}'"
    for order, wanted in ((None, "132"), (["name"], "321"), (["name DESC"], "321"), (["version_number"], "123")):
        assert "".join(item.version for item in client.search_model_versions(own, order_by=order)) == wanted, order


def check_what_changes_a_model(client: MlflowClient, name: str):
    versions(client, name, 2)
    for does, is_of_model in (
        (lambda: client.update_model_version(name, "1", "text"), False),
        (lambda: client.set_model_version_tag(name, "1", "a", "b"), False),
        (lambda: client.delete_model_version_tag(name, "1", "a"), False),
        (lambda: client.set_registered_model_tag(name, "a", "b"), False),
        (lambda: client.delete_registered_model_tag(name, "a"), False),
        (lambda: client.transition_model_version_stage(name, "1", "Staging"), True),
        (lambda: client.create_model_version(name, "s3://bucket/model"), True),
        (lambda: client.delete_model_version(name, "2"), True),
        (lambda: client.update_registered_model(name, "text"), True),
    ):
        before = client.get_registered_model(name).last_updated_timestamp
        time.sleep(0.002)
        does()
        assert (client.get_registered_model(name).last_updated_timestamp > before) == is_of_model


def check_stages(client: MlflowClient, name: str):
    versions(client, name, 3)
    client.transition_model_version_stage(name, "1", "production")
    client.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    assert client.get_model_version(name, "1").current_stage == "Archived"
    assert {item.version for item in client.get_latest_versions(name)} == {"1", "2", "3"}
    assert [item.version for item in client.get_latest_versions(name, ["Production"])] == ["2"]


def check_aliases(client: MlflowClient, name: str):
    versions(client, name, 3)
    client.set_registered_model_alias(name, "prod", "1")
    client.set_registered_model_alias(name, "prod", "2")
    client.set_registered_model_alias(name, "next", "2")
    assert client.get_model_version_by_alias(name, "prod").version == "2"
    assert sorted(client.get_model_version(name, "2").aliases) == ["next", "prod"]
    assert client.get_registered_model(name).aliases == {"next": "2", "prod": "2"}
    client.delete_registered_model_alias(name, "next")
    client.delete_registered_model_alias(name, "next")
    client.delete_model_version(name, "2")
    with pytest.raises(MlflowException, match="alias prod not found") as raised:
        client.get_model_version_by_alias(name, "prod")
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"
    with pytest.raises(MlflowException):
        client.set_registered_model_alias(name, "prod", "99")


def check_semantic_versions_and_ranges(client: MlflowClient, name: str):
    client.create_registered_model(name)
    for text in ("1.0.0", "1.2.0", "1.2.5", "1.3.0-rc1", "2.0.0"):
        client.create_model_version(name, "s3://b/m", tags={"gitlab.version": text})
    resolved = {
        text: client.get_model_version_by_alias(name, text).version
        for text in ("1.2.0", "^1.0", "~1.2.0", "^1.2.3", "1.3.0-rc1", "^2", "latest")
    }
    assert resolved == {
        "1.2.0": "2", "^1.0": "3", "~1.2.0": "3", "^1.2.3": "3", "1.3.0-rc1": "4", "^2": "5", "latest": "5"
    }  # fmt: skip
    assert [item.version for item in client.get_latest_versions(name, ["1.2.0"])] == ["2"], "exactly, not the newest"
    assert client.get_latest_versions(name, ["1.9.9"]) == []
    with pytest.raises(MlflowException):
        client.create_model_version(name, "s3://b/m", tags={"gitlab.version": "1.2.0"})
    with pytest.raises(MlflowException):
        client.get_model_version_by_alias(name, "^3")
    assert client.create_model_version(name, "s3://b/m").version == "6", "a refused version leaves no gap"


def check_time_travel(client: MlflowClient, name: str):
    versions(client, name, 2)
    client.set_registered_model_alias(name, "prod", "1")
    between = dt.datetime.now(dt.UTC).isoformat()
    client.set_registered_model_alias(name, "prod", "2")
    today = dt.datetime.now(dt.UTC).date()
    assert client.get_model_version_by_alias(name, f"prod~{between}").version == "1"
    assert client.get_model_version_by_alias(name, f"prod~{today}").version == "2"
    with pytest.raises(MlflowException, match="not found"):
        client.get_model_version_by_alias(name, f"prod~{today - dt.timedelta(days=1)}")
    with pytest.raises(MlflowException, match="is not a time"):
        client.get_model_version_by_alias(name, "prod~yesterday")


def check_a_version_is_copied(client: MlflowClient, name: str):
    versions(client, name, 1)
    copied = client.copy_model_version(f"models:/{name}/1", f"{name}-copy")
    assert copied.source == f"models:/{name}/1"
    assert client.get_model_version_download_uri(f"{name}-copy", "1") == "s3://bucket/model"


@pytest.mark.parametrize(
    "source",
    [
        "/etc/passwd",
        "file:///etc",
        "mlflow-artifacts:/0/%2e%2e/x",
        "http://x/y",
        "mlflow-artifacts:/9/x",
        "runs:/abc/x",
    ],
)
def check_a_source_must_be_one_that_clients_may_read(client: MlflowClient, name: str, source: str):
    client.create_registered_model(name)
    with pytest.raises(MlflowException, match="Invalid model version source") as raised:
        client.create_model_version(name, source)
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"


def check_a_registry_apart_from_its_tracking_server(client: MlflowClient, name: str):
    client.create_registered_model(name)
    elsewhere = "m-" + "0" * 32
    for number, (source, run_id, model_id) in enumerate(
        [
            ("runs:/abc/model", "abc", None),
            (f"models:/{elsewhere}", None, elsewhere),
            ("s3a://bucket/model", None, None),
            ("s3://bucket/model?versionId=1", None, None),
            ("custom-store://place/model", None, None),
        ],
        1,
    ):
        made = client.create_model_version(name, source, run_id, model_id=model_id)
        assert (made.version, made.source, made.run_id) == (str(number), source, run_id or "")
        assert client.get_model_version_download_uri(name, str(number)) == source
    copied = client.copy_model_version(f"models:/{name}/1", f"{name}-copy")
    assert copied.run_id == "abc"
    assert client.get_model_version_download_uri(f"{name}-copy", "1") == "runs:/abc/model"
    for source, run_id in (("runs:/abc/model", "abd"), ("s3://bucket/%2e%2e/model", None), ("script:run", None)):
        with pytest.raises(MlflowException, match="Invalid model version source"):
            client.create_model_version(name, source, run_id)


def check_a_run_that_is_here_is_named_by_its_files(client: MlflowClient, name: str, experiment: str):
    client.create_registered_model(name)
    run = client.create_run(experiment).info.run_id
    client.create_model_version(name, f"runs:/{run}/model", run)
    client.copy_model_version(f"models:/{name}/1", name)
    for number in ("1", "2"):
        assert client.get_model_version_download_uri(name, number) == f"runs:/{run}/model"


@pytest.mark.parametrize("location", ["s3://bucket/place?key=value", "s3://bucket/place/?key=value"])
def check_an_experiments_place_may_have_a_query(client: MlflowClient, name: str, location: str):
    made = client.create_experiment(name, artifact_location=location)
    run, model = client.create_run(made), client.create_logged_model(made)
    assert client.get_experiment(made).artifact_location == location
    assert run.info.artifact_uri == f"s3://bucket/place/{run.info.run_id}/artifacts?key=value"
    assert model.artifact_location == f"s3://bucket/place/models/{model.model_id}/artifacts?key=value"
    found = client.search_runs([made], f"attributes.artifact_uri = '{run.info.artifact_uri}'")
    assert [item.info.run_id for item in found] == [run.info.run_id]
    for refused in ("s3://bucket/place?key=../value", "s3://bucket/place#part", "http://["):
        with pytest.raises(MlflowException) as raised:
            client.create_experiment(f"{name}-{refused}", artifact_location=refused)
        assert raised.value.error_code == "INVALID_PARAMETER_VALUE"


def check_prompts(client: MlflowClient, name: str):
    made = mlflow.genai.register_prompt(name, "Hello {{who}}")
    assert made.version == 1
    assert mlflow.genai.load_prompt(f"prompts:/{name}/1").format(who="you") == "Hello you"
    with pytest.raises(MlflowException, match=rf"Prompt \(name={name}\) already exists") as raised:
        client.create_prompt(name)
    assert raised.value.error_code == "RESOURCE_ALREADY_EXISTS"
    with pytest.raises(MlflowException, match=r"Tried to create a registered model .* taken by a prompt"):
        client.create_registered_model(name)
    client.create_registered_model(f"taken-{name}")
    with pytest.raises(MlflowException, match="Tried to create a prompt"):
        client.create_prompt(f"taken-{name}")
    with pytest.raises(MlflowException, match=r"Registered Model \(name=.*\) already exists"):
        client.create_registered_model(f"taken-{name}")
    assert client.search_registered_models(f"name = '{name}'") == []
    assert [item.name for item in mlflow.genai.search_prompts(f"name = '{name}'")] == [name]
    versions(client, f"{name}-plain", 1)
    for said, prompts in (("= 'true'", True), ("= 'false'", False), ("!= 'true'", False)):
        asked = f"tags.`mlflow.prompt.is_prompt` {said}"
        models = [item.name for item in client.search_registered_models(f"name LIKE '{name}%' AND {asked}")]
        assert models == ([name] if prompts else [f"{name}-plain"]), said
        numbered = [item.name for item in client.search_model_versions(f"name LIKE '{name}%' AND {asked}")]
        assert numbered == ([name] if prompts else [f"{name}-plain"]), said
    assert [item.name for item in client.search_model_versions(f"name LIKE '{name}%'")] == [f"{name}-plain"]
    assert client.search_model_versions(f"name = '{name}'") == []


def check_artifacts(client: MlflowClient, experiment: str, tmp_path: Path):
    run = client.create_run(experiment).info.run_id
    folder = tmp_path / "given"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.bin").write_bytes(bytes(range(256)) * 1000)
    (folder / "deep" / "ü b.txt").write_text("text")
    (folder / "empty").write_bytes(b"")
    client.log_artifacts(run, str(folder), "out")
    client.log_text(run, "hello", "out/note.txt")
    client.log_dict(run, {"a": 1}, "d.json")
    listed = {(item.path, item.is_dir, item.file_size) for item in client.list_artifacts(run, "out")}
    assert listed == {
        ("out/a.bin", False, 256_000), ("out/deep", True, None), ("out/empty", False, 0), ("out/note.txt", False, 5)
    }  # fmt: skip
    assert {item.path for item in client.list_artifacts(run)} == {"out", "d.json"}
    assert client.list_artifacts(run, "nothing") == []
    fetched = Path(client.download_artifacts(run, "out", str(tmp_path)))
    assert (fetched / "a.bin").read_bytes() == bytes(range(256)) * 1000
    assert (fetched / "deep" / "ü b.txt").read_text() == "text"
    assert mlflow.artifacts.load_dict(f"runs:/{run}/d.json") == {"a": 1}
    client.log_dict(run, {"a": 2}, "d.json")
    assert mlflow.artifacts.load_dict(f"runs:/{run}/d.json") == {"a": 2}
