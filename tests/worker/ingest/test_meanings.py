"""What text in a table is taken for, and what is said about it."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from modelyard.wire.datasets import ColumnChange, ColumnFormat, FeatureType
from modelyard.worker.ingest.failures import IngestError
from tests.worker.uploading import Uploaded, retype, upload


def of_cells(folder: Path, *cells: str, repeat: int = 1) -> Uploaded:
    lines = "".join(f'"{cell}",{row}\n' for row, cell in enumerate(cells * repeat))
    return upload(folder, f"c,row\n{lines}")


def values(uploaded: Uploaded, column: str = "c") -> list[Any]:
    found: list[Any] = pq.read_table(uploaded.path).column(column).to_pylist()
    return found


@pytest.mark.parametrize(
    ("cells", "data_type", "expected"),
    [
        (("27,5", "3", "-1,25"), "DOUBLE", [27.5, 3.0, -1.25]),
        (("12.5%", "0.5%", "100%"), "DOUBLE", [12.5, 0.5, 100.0]),
        (("$75,606.97", "$3.00", "-$1,000.5"), "DOUBLE", [75606.97, 3.0, -1000.5]),
        (("1,234", "12", "1,234,567"), "BIGINT", [1234, 12, 1234567]),
        (("1.234,50 €", "2,00 €", "-3 €"), "DOUBLE", [1234.5, 2.0, -3.0]),
        (("1 234,5", "12,25", "1\u00a0000,0"), "DOUBLE", [1234.5, 12.25, 1000.0]),
        (("USD 5", "USD 12", "USD 1,500"), "BIGINT", [5, 12, 1500]),
        (("23", "?", "41"), "BIGINT", [23, None, 41]),
        (("2.5", "-", "--"), "DOUBLE", [2.5, None, None]),
        (("+5", "-3", "7"), "BIGINT", [5, -3, 7]),
        (("9/30/1990 0:00:00", "12/1/1991 14:05:00"), "TIMESTAMP", ["1990-09-30 00:00:00", "1991-12-01 14:05:00"]),
        (("December 12, 2020", "May 1, 2021"), "DATE", ["2020-12-12", "2021-05-01"]),
        (("12-Dec-2020", "1-May-2021"), "DATE", ["2020-12-12", "2021-05-01"]),
        (("09/25/2021", "07/08/2021"), "DATE", ["2021-09-25", "2021-07-08"]),
        (("25/09/2021", "07/08/2021"), "DATE", ["2021-09-25", "2021-08-07"]),
        (("07/08/2021", "01/02/2021"), "DATE", ["2021-07-08", "2021-01-02"]),
        (("2021-09-25", "09/26/2021"), "DATE", ["2021-09-25", "2021-09-26"]),
        (("9/5/2021 12:30 AM", "9/25/2021 1:05 PM"), "TIMESTAMP", ["2021-09-05 00:30:00", "2021-09-25 13:05:00"]),
        (("2020-01-01T10:00:00Z", "2020-01-01T10:00:00+02:00"), "TIMESTAMP WITH TIME ZONE", None),
        (("2021-09-25", "n/a", "-"), "DATE", ["2021-09-25", None, None]),
    ],
)
def test_what_text_means(tmp_path: Path, cells: tuple[str, ...], data_type: str, expected: list[Any] | None) -> None:
    uploaded = of_cells(tmp_path, *cells)
    assert uploaded.column("c").data_type == data_type
    if expected is not None:
        assert [each if each is None or isinstance(each, int | float) else str(each) for each in values(uploaded)] == (
            expected
        )


@pytest.mark.parametrize(
    "cells",
    [
        ("02139", "94110", "10001"),
        ("$5", "€6", "$7"),
        ("5%", "0.05", "7%"),
        ("+4912345", "+4954321"),
        ("555 123", "555 124"),
        ("25/09/2021", "09/25/2021"),
        ("10:00", "11:30"),
        ("1.2.3", "1.2.4"),
        ("Yes", "No"),
        ("epoch", "infinity"),
    ],
)
def test_text_that_stays_text(tmp_path: Path, cells: tuple[str, ...]) -> None:
    uploaded = of_cells(tmp_path, *cells)
    assert uploaded.column("c").data_type == "VARCHAR"
    assert values(uploaded) == list(cells)


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (("27,5", "3"), "',' is the decimal mark"),
        (("$75,606.97", "$3"), "'$' is left out, ',' stands between thousands"),
        (("23", "?", "41"), "'?' (1 row) means a missing value"),
        (("07/08/2021", "01/02/2021"), "ambiguous: every value fits both. The month was taken first"),
        (("25/09/2021", "09/25/2021"), "exclude each other, as '25/09/2021' and '09/25/2021'"),
        (("09/25/2021", "2021-09-26"), "%m/%d/%Y or %Y-%m-%d"),
        (("02139", "94110"), "so that the zeros stay"),
        (("1", "2", "three"), None),
        (("a", "b", "?"), "'?' (1 row) means a missing value"),
    ],
)
def test_what_was_decided_is_said(tmp_path: Path, cells: tuple[str, ...], note: str | None) -> None:
    notes = " ".join(of_cells(tmp_path, *cells).column("c").notes)
    assert note is None or note in notes, notes


def test_a_late_value_that_does_not_fit_makes_the_column_text_with_a_note(tmp_path: Path) -> None:
    uploaded = of_cells(tmp_path, *["$5", "$6"] * 4000, "five dollars")
    assert uploaded.column("c").data_type == "VARCHAR"
    assert "looks like numbers, but 1 values do not, such as 'five dollars'" in uploaded.column("c").notes[0]


def test_a_late_zone_is_not_taken_away(tmp_path: Path) -> None:
    lines = "2020-01-01 10:00:00\n" * 25_000
    uploaded = upload(tmp_path, f"at\n{lines}2020-01-01 10:00:00+02:00\n")
    assert str(values(uploaded, "at")[-1]).startswith("2020-01-01 08:00:00")


def test_a_semicolon_makes_a_decimal_comma_likely(tmp_path: Path) -> None:
    uploaded = upload(tmp_path, "c;row\n1,234;1\n2,500;2\n")
    assert values(uploaded) == [1.234, 2.5]


def test_dates_in_the_text_of_a_frame_are_dates(tmp_path: Path) -> None:
    frame = pd.DataFrame({"day": ["2021-01-02", "2021-01-03"], "zip": ["10001", "94110"], "price": ["$1", "$2"]})
    uploaded = upload(tmp_path, frame.to_parquet(), "t.parquet")
    assert [column.data_type for column in uploaded.columns] == ["DATE", "VARCHAR", "BIGINT"]
    assert "it is text because the file says so" in uploaded.column("zip").notes[0]


def test_identifiers_are_known_by_their_values_and_not_by_their_names_alone(tmp_path: Path) -> None:
    count = 300
    frame = pd.DataFrame(
        {
            "paid": np.arange(count) * 7 % 1000,
            "amount_paid": np.arange(count) % 50,
            "customerID": np.arange(count) * 3 + 10,
            "customer_id": np.arange(count) // 10,
            "code": [f"x{max(row, 4)}" for row in range(count)],
            "name": [f"Ann {row}" for row in range(count)],
        }
    )
    uploaded = upload(tmp_path, frame.to_csv(index=False))
    noted = {column.name: "looks like an identifier" in " ".join(column.notes) for column in uploaded.profile.columns}
    assert noted == {
        "paid": False,
        "amount_paid": False,
        "customerID": True,
        "customer_id": False,
        "code": True,
        "name": False,
    }
    assert uploaded.column("name").feature_type is FeatureType.TEXT


def test_few_whole_numbers_keep_their_order_with_a_note(tmp_path: Path) -> None:
    column = of_cells(tmp_path, "1", "2", "3", "4", repeat=20).column("c")
    assert column.feature_type is FeatureType.NUMBER
    assert "choose category if they are codes" in column.notes[0]


def test_the_index_that_pandas_writes_gets_a_name(tmp_path: Path) -> None:
    frame = pd.DataFrame({"unnamed_0": ["a", "b"]}, index=pd.MultiIndex.from_tuples([(5, 1), (7, 2)]))
    uploaded = upload(tmp_path, frame.to_csv())
    assert [column.name for column in uploaded.columns] == ["unnamed_0_", "unnamed_1", "unnamed_0"]
    assert "has no name for this column" in uploaded.column("unnamed_1").notes[0]


def test_an_ambiguous_date_can_be_read_the_other_way(tmp_path: Path) -> None:
    uploaded = of_cells(tmp_path, "07/08/2021", "01/02/2021")
    change = ColumnChange(column="c", feature_type=FeatureType.DATE, format=ColumnFormat(date_formats=["%d/%m/%Y"]))
    changed = retype(tmp_path, uploaded, change)
    assert [str(value) for value in values(changed)] == ["2021-08-07", "2021-02-01"]
    assert changed.column("c").notes == ["The type date was chosen, read in the format %d/%m/%Y; before, it was date."]
    encoded = changed.model().encode(pd.DataFrame({"c": ["07/08/2021"], "row": [0]}))
    np.testing.assert_array_equal(encoded, changed.matrix()[:1])


def test_types_that_are_chosen(tmp_path: Path) -> None:
    uploaded = upload(tmp_path, "n,t,d,k\n1,5x,20210925,a\n2,6,20210926,b\n3,n,20210927,a\n")
    changed = retype(
        tmp_path,
        uploaded,
        ColumnChange(column="n", feature_type=FeatureType.CATEGORY),
        ColumnChange(column="t", feature_type=FeatureType.NUMBER, format=ColumnFormat(missing=["5x", "n"])),
        ColumnChange(column="d", feature_type=FeatureType.DATE, format=ColumnFormat(date_formats=["%Y%m%d"])),
    )
    kinds = {column.name: (column.data_type, column.feature_type.value) for column in changed.columns}
    assert kinds == {
        "n": ("BIGINT", "category"),
        "t": ("BIGINT", "number"),
        "d": ("DATE", "date"),
        "k": ("VARCHAR", "binary"),
    }
    assert values(changed, "t") == [None, 6, None]
    assert str(values(changed, "d")[0]) == "2021-09-25"


@pytest.mark.parametrize(
    ("cells", "missing", "numbers"),
    [
        (["02139", "94110", "?"], [], [2139, 94110, None]),
        (["+1", "+22"], [], [1, 22]),
        (["1 234", "5 678"], [], [1234.0, 5678.0]),
        (["$5", "$1,000.50", "unknown"], ["unknown"], [5.0, 1000.5, None]),
        (["123456789012345678", "007"], [], [123456789012345678, 7]),
        (["007.5", "1"], [], [7.5, 1.0]),
    ],
)
def test_codes_are_numbers_for_who_says_so(
    tmp_path: Path, cells: list[str], missing: list[str], numbers: list[float | None]
) -> None:
    uploaded = of_cells(tmp_path, *cells)
    change = ColumnChange(column="c", feature_type=FeatureType.NUMBER, format=ColumnFormat(missing=missing))
    changed = retype(tmp_path, uploaded, change)
    assert values(changed) == numbers
    encoded = changed.model().encode(pd.DataFrame({"c": cells, "row": range(len(cells))}))
    np.testing.assert_array_equal(encoded, changed.matrix())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"column": "t", "feature_type": "number"}, "Column 't': 3 values are not numbers in this format, such as 'x'"),
        ({"column": "t", "feature_type": "date"}, "Column 't': its values are not dates in any common format"),
        (
            {"column": "n", "feature_type": "date", "format": {"date_formats": ["%d.%m.%Y"]}},
            "Column 'n': 3 values are not dates in this format, such as '1'",
        ),
        ({"column": "n", "feature_type": "binary"}, "Column 'n': it has 3 different values, but binary means two"),
    ],
)
def test_a_type_that_does_not_fit_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    uploaded = upload(tmp_path, "n,t\n1,x\n2,y\n3,z\n")
    with pytest.raises(IngestError) as caught:
        retype(tmp_path, uploaded, ColumnChange.model_validate(change))
    assert str(caught.value).startswith(message)
