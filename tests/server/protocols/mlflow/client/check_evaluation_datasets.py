"""Evaluation datasets through the unmodified client."""

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities.dataset_record import DatasetRecord
from mlflow.exceptions import MlflowException
from mlflow.genai import datasets
from mlflow.tracking._tracking_service.utils import _get_store


def records_of(dataset_id: str) -> list[DatasetRecord]:
    records: list[DatasetRecord] = _get_store()._load_dataset_records(dataset_id)[0]
    return records


def check_a_dataset_from_creation_to_deletion(name: str, experiment: str, client: MlflowClient):
    made = datasets.create_dataset(name=name, experiment_id=experiment, tags={"team": "search", "size": 3})
    assert (made.name, made.experiment_ids) == (name, [experiment])
    assert (made.tags["team"], made.tags["size"]) == ("search", "3")
    digest, profile = made.digest, made.profile
    made.merge_records(
        [
            {"inputs": {"question": "where?"}, "expectations": {"answer": "there"}},
            {"inputs": {"question": "who?"}, "tags": {"hard": "yes"}},
        ]
    )
    made.merge_records([{"inputs": {"question": "where?"}, "expectations": {"facts": ["a", "Zürich"]}}])
    found = datasets.get_dataset(dataset_id=made.dataset_id)
    assert found.digest != digest
    assert (profile, found.profile) == (None, '{"num_records": 2}')
    first, second = records_of(made.dataset_id)
    assert (first.inputs, first.expectations) == (
        {"question": "where?"},
        {"answer": "there", "facts": ["a", "Zürich"]},
    )
    assert second.tags["hard"] == "yes"
    assert first.source.source_type.value == "HUMAN"
    assert len(found.to_df()) == 2
    assert found.delete_records([first.dataset_record_id, "dr-none"]) == 1
    assert [record.inputs for record in records_of(made.dataset_id)] == [{"question": "who?"}]
    datasets.delete_dataset(dataset_id=made.dataset_id)
    with pytest.raises(MlflowException) as caught:
        datasets.get_dataset(dataset_id=made.dataset_id)
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def check_records_made_of_traces(name: str, experiment: str):
    mlflow.set_experiment(experiment_id=experiment)
    with mlflow.start_span("ask") as span:
        span.set_inputs({"question": "why?"})
    mlflow.flush_trace_async_logging()
    made = datasets.create_dataset(name=name, experiment_id=experiment)
    made.merge_records([mlflow.get_trace(span.trace_id)])
    (record,) = records_of(made.dataset_id)
    assert record.inputs == {"question": "why?"}
    assert (record.source_type, record.source_id) == ("TRACE", span.trace_id)


def check_datasets_are_found(name: str, client: MlflowClient):
    mine = client.create_experiment(f"{name}-mine")
    made = [datasets.create_dataset(name=f"{name}-{i}", experiment_id=mine, tags={"i": str(i)}) for i in range(4)]

    def found(**options: object) -> list[str]:
        return [each.name for each in datasets.search_datasets(experiment_ids=[mine], **options)]

    names = [each.name for each in made]
    assert found() == names[::-1]
    assert found(order_by=["name ASC"]) == names
    assert found(filter_string=f"name = '{names[1]}'") == [names[1]]
    assert found(filter_string=f"name LIKE '{name}%' AND tags.i = '2'") == [names[2]]
    page = _get_store().search_datasets(experiment_ids=[mine], max_results=3)
    rest = _get_store().search_datasets(experiment_ids=[mine], max_results=3, page_token=page.token)
    assert [each.name for each in [*page, *rest]] == names[::-1]
    assert datasets.get_dataset(name=names[0]).dataset_id == made[0].dataset_id
    with pytest.raises(MlflowException) as caught:
        found(filter_string="nonsense = 1")
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def check_tags_and_experiments(name: str, experiment: str, client: MlflowClient):
    made = datasets.create_dataset(name=name, experiment_id=experiment, tags={"a": "1", "b": "2"})
    datasets.set_dataset_tags(dataset_id=made.dataset_id, tags={"a": "3", "c": "4"})
    datasets.delete_dataset_tag(dataset_id=made.dataset_id, key="b")
    found = datasets.get_dataset(dataset_id=made.dataset_id)
    assert {key: value for key, value in found.tags.items() if key in "abc"} == {"a": "3", "c": "4"}
    other = client.create_experiment(f"{name}-other")
    added = datasets.add_dataset_to_experiments(dataset_id=made.dataset_id, experiment_ids=[other])
    assert sorted(added.experiment_ids) == sorted([experiment, other])
    left = datasets.remove_dataset_from_experiments(dataset_id=made.dataset_id, experiment_ids=[experiment])
    assert left.experiment_ids == [other]
    assert _get_store().get_dataset_experiment_ids(made.dataset_id) == [other]
