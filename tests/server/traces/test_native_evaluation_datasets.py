"""Evaluation datasets in the native API."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.server.traces.traced import Traced
from tests.server.tracking.logged import error
from tests.server.tracking.test_live_events import listening

LIST = "evaluation-datasets"


def question(index: int, **fields: Any) -> dict[str, Any]:
    return {"inputs": {"question": f"{index}?"}, **fields}


def names(page: dict[str, Any]) -> list[str]:
    return [item["name"] for item in page["items"]]


def walked(traced: Traced, path: str, **query: Any) -> Iterator[dict[str, Any]]:
    token: dict[str, str] = {}
    while True:
        page = traced.logged.read(path, limit=2, **query, **token)
        yield from page["items"]
        if page["next_page_token"] is None:
            return
        token = {"page_token": page["next_page_token"]}


def test_a_dataset_is_shown_with_its_facts(traced: Traced):
    first, second = traced.logged.experiment("first"), traced.logged.experiment("second")
    tags = {"mlflow.user": "ada", "stage": "golden"}
    dataset = traced.dataset("faq", second, first, tags=tags, records=[question(1), question(2)])
    shown = traced.logged.read(f"{LIST}/{dataset}")
    assert (shown["id"], shown["name"], shown["tags"]) == (dataset, "faq", tags)
    assert shown["experiments"] == [{"id": first, "name": "first"}, {"id": second, "name": "second"}]
    assert (shown["record_count"], shown["created_by"]) == (2, "ada")
    assert shown["updated_by"]
    assert shown["created_at"] <= shown["updated_at"]
    assert traced.logged.read(LIST)["items"] == [shown]
    error(traced.logged.get(f"{LIST}/d-none"), 404, "not_found")


def test_lists_are_filtered_sorted_and_paged(traced: Traced):
    first, second = traced.logged.experiment("first"), traced.logged.experiment("second")
    for index, name in enumerate(("b 50%", "C", "a", "B_2", "d")):
        records = [question(each) for each in range(5 - index)]
        traced.dataset(name, *([first] if index % 2 else [first, second]), tags={"stage": f"s{index}"}, records=records)
    read = traced.logged.read
    assert names(read(LIST)) == ["d", "B_2", "a", "C", "b 50%"]
    assert names(read(LIST, experiment=second)) == ["d", "a", "b 50%"]
    assert len(read(LIST, experiment=[first, second])["items"]) == 5
    assert names(read(LIST, search="B", sort="name", order="asc")) == ["B_2", "b 50%"]
    assert [names(read(LIST, search=wanted)) for wanted in ("%", "_", "none")] == [["b 50%"], ["B_2"], []]
    assert names(read(LIST, filter="tags.stage = 's1' OR name = 'a'")) == ["a", "C"]
    for sort in ("name", "records", "created_at", "updated_at"):
        for order in ("asc", "desc"):
            whole = names(read(LIST, sort=sort, order=order))
            assert len(whole) == 5
            assert [each["name"] for each in walked(traced, LIST, sort=sort, order=order)] == whole
    assert names(read(LIST, sort="name", order="asc")) == ["B_2", "C", "a", "b 50%", "d"]
    assert names(read(LIST, sort="records")) == ["b 50%", "C", "a", "B_2", "d"]
    error(traced.logged.get(LIST, experiment="999999999"), 404, "not_found")
    error(traced.logged.get(LIST, filter="colour = 1"), 400, "invalid_argument")
    token = read(LIST, limit=2)["next_page_token"]
    error(traced.logged.get(LIST, search="a", page_token=token), 400, "invalid_page_token")


def test_records_are_read_in_order_and_counted(traced: Traced):
    dataset = traced.dataset("faq", records=[question(index) for index in range(5)])
    path = f"{LIST}/{dataset}/records"
    assert traced.logged.read(path, limit=1)["total"] == 5
    found = list(walked(traced, path))
    assert [record["inputs"]["question"] for record in found] == [f"{index}?" for index in range(5)]
    assert traced.logged.read(f"{path}/{found[3]['id']}") == found[3]
    error(traced.logged.get(f"{path}/dr-none"), 404, "not_found")
    error(traced.logged.get(f"{LIST}/d-none/records"), 404, "not_found")
    elsewhere = traced.dataset("other")
    assert traced.logged.read(f"{LIST}/{elsewhere}/records") == {"items": [], "next_page_token": None, "total": 0}
    error(traced.logged.get(f"{LIST}/{elsewhere}/records/{found[3]['id']}"), 404, "not_found")


def test_a_record_tells_where_it_came_from(traced: Traced):
    trace = traced.trace(traced.logged.experiment("e"))
    made = question(
        1,
        expectations={"answer": "Here.", "facts": ["a"]},
        outputs=["There."],
        tags={"mlflow.user": "ada", "turn": 2},
        source={"source_type": "TRACE", "source_data": {"trace_id": trace}},
    )
    written = question(2, source={"source_type": "DOCUMENT", "source_data": {"doc_uri": "s3://a/b.pdf"}})
    dataset = traced.dataset("faq", records=[made, written, question(3, source={"source_type": "CODE"})])
    first, second, third = traced.logged.read(f"{LIST}/{dataset}/records")["items"]
    assert (first["expectations"], first["outputs"]) == ({"answer": "Here.", "facts": ["a"]}, ["There."])
    assert (first["tags"], first["created_by"]) == ({"mlflow.user": "ada", "turn": "2"}, "ada")
    assert (first["source_type"], first["source_id"]) == ("TRACE", trace)
    assert first["created_at"] == first["updated_at"]
    assert (second["expectations"], second["outputs"], second["created_by"]) == (None, None, None)
    assert (second["source_type"], second["source_id"]) == ("DOCUMENT", None)
    assert second["source_data"] == {"doc_uri": "s3://a/b.pdf"}
    assert (third["source_type"], third["source_data"]) == ("CODE", None)


@pytest.mark.parametrize("field", ["inputs", "outputs", "expectations"])
def test_what_is_nested_too_deeply_stays_a_text(traced: Traced, field: str):
    deep: dict[str, Any] = {"bottom": 1}
    for _ in range(300):
        deep = {"in": deep}
    dataset = traced.dataset("deep", records=[question(1) | {field: deep}])
    (record,) = traced.logged.read(f"{LIST}/{dataset}/records")["items"]
    assert record[field].startswith('{"in": {"in": ')


def test_a_dataset_is_deleted_with_its_records(traced: Traced):
    dataset, other = traced.dataset("golden", records=[question(1)]), traced.dataset("kept", records=[question(1)])
    traced.logged.change("DELETE", f"{LIST}/{dataset}")
    assert names(traced.logged.read(LIST)) == ["kept"]
    assert traced.logged.read(f"{LIST}/{other}")["record_count"] == 1
    error(traced.logged.get(f"{LIST}/{dataset}/records"), 404, "not_found")
    error(traced.logged.send("DELETE", f"{LIST}/{dataset}"), 404, "not_found")
    made = "evaluation_dataset.created"
    assert traced.logged.actions("evaluation_dataset") == ["evaluation_dataset.deleted", made, made]


def test_another_project_does_not_see_a_dataset(traced: Traced):
    dataset = traced.dataset("mine", records=[question(1)])
    for path in ("", "/records"):
        error(traced.logged.http.get(f"projects/default/{LIST}/{dataset}{path}"), 404, "not_found")
    error(traced.logged.http.delete(f"projects/default/{LIST}/{dataset}"), 404, "not_found")
    assert names(traced.logged.read(LIST)) == ["mine"]


def changes(traced: Traced, dataset: str, experiment: str) -> list[Callable[[], object]]:
    def send(method: str, path: str, **body: object) -> Callable[[], object]:
        return lambda: traced.mlflow(method, f"/{dataset}{path}", body, of="datasets")

    return [
        lambda: traced.put_records(dataset, question(1)),
        send("DELETE", "/records", dataset_record_ids=["dr-none"]),
        send("PATCH", "/tags", tags='{"a": "b"}'),
        send("DELETE", "/tags/a"),
        send("POST", "/add-experiments", experiment_ids=[experiment]),
        send("POST", "/remove-experiments", experiment_ids=[experiment]),
        lambda: traced.logged.change("DELETE", f"{LIST}/{dataset}"),
    ]


def test_every_change_is_told_to_views_of_the_dataset_and_its_experiments(traced: Traced):
    experiment = traced.logged.experiment("e")
    dataset = traced.dataset("faq")
    for change in changes(traced, dataset, experiment):
        with listening(traced.logged, f"evaluation_dataset:{dataset}") as stream:
            change()
            stream.until("evaluation_datasets.changed", "dataset_ids", {dataset})
    with listening(traced.logged, f"experiment:{experiment}") as stream:
        made = traced.dataset("made", experiment)
        stream.until("evaluation_datasets.changed", "dataset_ids", {made})
