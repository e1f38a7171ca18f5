"""What is suspicious about a config on its data is said before anything is trained, with the change that mends it."""

from typing import Any

import httpx
import pytest

from tests.support.server import ModelyardServer

PATH = "projects/default"
ROWS = 300


@pytest.fixture(scope="module")
def http(played_server: tuple[ModelyardServer, Any]) -> httpx.Client:
    """A client of a server with a table that has something of everything."""
    client = played_server[0].client()
    names = "x,copy,nearly,code,customer_id,paid,day,constant,rare,many,y,amount"
    lines = []
    for row in range(ROWS):
        y = row * 7 % 10 < 3
        amount = row * 37 % 101
        values = [
            row * 7919 % 1009,  # x: nothing
            "yes" if y else "no",
            int(y) * 100 + row % 50,  # nearly: another scale, and noise
            amount * 2 + 1,  # code: a line through the amount
            f"c{row * 31 % 997:05}",
            row * 13 % 7,
            f"2024-{row % 12 + 1:02}-{row % 28 + 1:02}",
            "same",
            "a" if row < 30 else "",
            f"class {row % 149}",
            "Yes" if y else "No",
            amount,
        ]
        lines.append(",".join(map(str, values)))
    table = "\n".join([names, *lines])
    client.post(f"{PATH}/datasets/odd/versions?filename=odd.csv", content=table.encode()).raise_for_status()
    return client


def config(target: str, output_type: str, *inputs: tuple[str, str], **changes: Any) -> dict[str, Any]:
    return {
        "input_features": [{"name": name, "type": kind} for name, kind in inputs],
        "output_features": [{"name": target, "type": output_type}],
        "preprocessing": {"split": {"type": "datetime", "column": "day"}},
        **changes,
    }


def validate(http: httpx.Client, given: dict[str, Any]) -> dict[str, Any]:
    answer = http.post(f"{PATH}/config/validate", json={"config": given, "dataset": "odd"})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def warned(http: httpx.Client, given: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(warning["code"], warning["feature"]) for warning in validate(http, given)["warnings"]]


def test_a_sound_config_is_not_suspicious(http: httpx.Client) -> None:
    assert warned(http, config("y", "binary", ("x", "number"), ("paid", "number"))) == []


@pytest.mark.parametrize(
    ("target", "output_type", "column", "kind"),
    [
        ("y", "binary", "copy", "binary"),
        ("y", "category", "copy", "category"),
        ("y", "binary", "nearly", "number"),
        ("amount", "number", "code", "number"),
    ],
)
def test_a_column_that_tells_the_target(
    http: httpx.Client, target: str, output_type: str, column: str, kind: str
) -> None:
    given = config(target, output_type, ("x", "number"), (column, kind))
    given["input_features"][1] = {"name": "told", "column": column, "type": kind}
    (warning,) = validate(http, given)["warnings"]
    assert (warning["code"], warning["feature"]) == ("target_leak", "told")
    assert (warning["action"]["kind"], warning["action"]["feature"]) == ("drop_feature", "told")


def test_columns_that_teach_nothing(http: httpx.Client) -> None:
    given = config("y", "binary", ("x", "number"), ("constant", "category"), ("customer_id", "category"))
    assert warned(http, given) == [("constant_feature", "constant"), ("identifier_feature", "customer_id")]


def test_a_random_split_beside_a_date(http: httpx.Client) -> None:
    given = config("y", "binary", ("x", "number"), preprocessing={"split": {"type": "random"}})
    (warning,) = validate(http, given)["warnings"]
    assert warning["code"] == "random_split_of_dates"
    split = warning["action"]["split"]
    assert (split["type"], split["column"]) == ("datetime", "day")
    assert warned(http, {**given, "preprocessing": {"split": split}}) == []


def test_a_target_that_is_mostly_missing(http: httpx.Client) -> None:
    (warning,) = [
        each
        for each in validate(http, config("rare", "category", ("x", "number")))["warnings"]
        if each["code"] == "missing_target"
    ]
    assert "90.0%" in warning["message"]
    assert warning["action"]["kind"] == "choose_target"


def test_a_target_of_too_many_classes(http: httpx.Client) -> None:
    assert warned(http, config("many", "category", ("x", "number"))) == [("too_many_classes", None)]


def test_what_is_proposed_comes_with_its_warnings(http: httpx.Client) -> None:
    answer = http.post(f"{PATH}/config/detect", json={"dataset": "odd", "target": "y"}).json()
    assert answer["config"]["output_features"] == [
        {"name": "y", "type": "binary", "preprocessing": {"fallback_true_label": "Yes"}}
    ]
    named = {feature["name"] for feature in answer["config"]["input_features"]}
    assert {"paid", "x"} <= named
    assert named.isdisjoint({"customer_id", "constant"})
    assert {(each["code"], each["feature"]) for each in answer["warnings"]} == {
        ("random_split_of_dates", None),
        ("target_leak", "copy"),
        ("target_leak", "nearly"),
    }
    assert validate(http, answer["config"])["warnings"] == answer["warnings"]
