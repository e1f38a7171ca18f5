import pytest

from modelyard.sdk import InvalidArgumentError, InvalidNameError
from modelyard.sdk._references import parse_dataset_reference, parse_version_reference


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("iris", ("iris", "latest")),
        ("iris@2", ("iris", 2)),
        ("iris@latest", ("iris", "latest")),
        ("a.b-c_d@10", ("a.b-c_d", 10)),
    ],
)
def test_dataset_references(text: str, expected: tuple[str, int | str]):
    assert parse_dataset_reference(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("iris/3", ("iris", 3)),
        ("iris/latest", ("iris", "latest")),
        ("models:/iris/3", ("iris", 3)),
        ("models:/iris/latest", ("iris", "latest")),
        ("iris@3", ("iris", 3)),
        ("iris@latest", ("iris", "latest")),
        ("iris@prod", ("iris", "@prod")),
        ("models:/iris@^1.2", ("iris", "@^1.2")),
        ("iris@prod~2026-01-31", ("iris", "@prod~2026-01-31")),
    ],
)
def test_version_references(text: str, expected: tuple[str, int | str]):
    assert parse_version_reference(text) == expected


@pytest.mark.parametrize("text", ["iris@", "iris@0", "iris@-1", "iris@two", "iris@٣"])
def test_a_dataset_version_that_is_no_number_is_named(text: str):
    with pytest.raises(InvalidArgumentError, match="not a version number"):
        parse_dataset_reference(text)


@pytest.mark.parametrize("text", ["iris", "iris/", "iris/0", "iris/v3", "models:/iris", "iris@", "iris@0"])
def test_a_version_reference_without_a_number_is_named(text: str):
    with pytest.raises(InvalidArgumentError):
        parse_version_reference(text)


@pytest.mark.parametrize("text", ["a b/1", "../1", "a/b/1", "/1"])
def test_a_version_reference_with_a_bad_name_is_named(text: str):
    with pytest.raises(InvalidNameError):
        parse_version_reference(text)
