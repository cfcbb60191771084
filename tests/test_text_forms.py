"""Lists, paths, opaque strings, names and samples: what each test takes, and what it leaves."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frameumap.columns.list_text import find_list, find_path, split_members
from frameumap.columns.names import ends_in, says, says_code
from frameumap.columns.opaque import find_form, is_free_text
from frameumap.columns.sample import content_rows, expected_distinct

GENRES = ["Dramas, Comedies", "Comedies", "Action, Dramas", "Action", "Comedies, Action, Dramas"]
TAGS = ["a;b", "b", "c;a", "b;c;a", "c", "a;d", "d;b"]
ABILITIES = ["['Blaze', 'Sun Power']", "['Blaze']", "['Sun Power', 'Swarm']", "['Swarm', 'Blaze']"]


@pytest.mark.parametrize(("values", "delimiter"), [(GENRES, ","), (TAGS, ";"), (ABILITIES, ",")])
def test_lists(values: list[str], delimiter: str) -> None:
    found = find_list(values)
    assert found is not None
    assert found.delimiter == delimiter


@pytest.mark.parametrize(
    "values",
    [
        ["Smith, John", "Jones, Mary", "Brown, Ann", "Dee, Kay"],
        ["Akron, OH", "Dayton, OH", "Boston, MA", "Salem, MA", "Toledo, OH"],
        ["We came, we saw", "Rain, then sun, then rain again", "Good food", "Slow, but kind"],
    ],
)
def test_no_lists(values: list[str]) -> None:
    assert find_list(values) is None


def test_members_lose_brackets_and_quotes() -> None:
    assert split_members('["x", "y z"]', ",") == ["x", "y z"]


PLANTS = ["Food/Fruit", "Food/Fish", "Food/Bread", "Home/Lamp", "Home/Chair", "Home/Table"]


@pytest.mark.parametrize(
    ("values", "delimiter"),
    [
        (PLANTS, "/"),
        ([v.replace("/", " > ") for v in PLANTS], ">"),
        ([f"{v}/Red" for v in PLANTS], "/"),
    ],
)
def test_paths(values: list[str], delimiter: str) -> None:
    found = find_path(values)
    assert found is not None
    assert found.delimiter == delimiter


@pytest.mark.parametrize(
    "values",
    [
        ["1/2", "1/3", "2/3", "2/5", "3/4", "3/7"],
        ["a/b", "b/a", "a/c", "c/b", "b/c", "c/a"],
        ["Yes/No", "Up", "Down", "Left", "Right", "In/Out"],
    ],
)
def test_no_paths(values: list[str]) -> None:
    assert find_path(values) is None


FORMS = {
    "web addresses": ["https://a.org/x?y=1", "http://b.de"],
    "email addresses": ["ann@a.org", "bob.b@c.co.uk"],
    "JSON": ['{"a": 1}', '{"b": [1, 2]}'],
    "UUIDs": ["123e4567-e89b-12d3-a456-426614174000", "00000000-0000-4000-8000-00000000000a"],
    "hashes": ["9e107d9d372bb6826bd81d3542a419d6", "e4d909c290d0fb1ca068ffaddf22cbd0"],
    "file names": ["36d8.wav", "img/1.png"],
    "IP addresses": ["10.0.0.1", "192.168.1.20"],
    "keys": ["A-1043", "B-2210"],
}


@pytest.mark.parametrize(("name", "values"), FORMS.items())
def test_forms_of_opaque_strings(name: str, values: list[str]) -> None:
    found = find_form(values)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "values", [["Ann", "Bob"], ["Blue Inc.", "Red Ltd."], ["abba", "dead beef"]]
)
def test_names_are_not_opaque(values: list[str]) -> None:
    assert find_form(values) is None


def test_free_text_is_sentences() -> None:
    long = "This is a sentence of more than ten words, as people write them in a comment."
    assert is_free_text([long, long, "short"])
    assert not is_free_text(["chevrolet malibu", long, "buick"])


@pytest.mark.parametrize(
    ("name", "topic"),
    [("zip_code", "postal"), ("PLZ", "postal"), ("fechaAlta", "date"), ("YearBuilt", "year"),
     ("customer_id", "identifier"), ("Jahr", "year"), ("n_rooms", "count")],
)  # fmt: skip
def test_names_say(name: str, topic: str) -> None:
    assert says(name, topic)


@pytest.mark.parametrize(
    ("name", "topic"), [("update", "date"), ("grid", "identifier"), ("yearly", "year")]
)
def test_names_do_not_say(name: str, topic: str) -> None:
    assert not says(name, topic)


def test_codes_by_name() -> None:
    assert says_code("LandUseType")
    assert says_code("type2")
    assert not says_code("source_bytes")
    assert not says_code("GarageArea")
    assert ends_in("school_grade", "grade")


@pytest.mark.parametrize("repeated", [False, True])
def test_rows_of_a_sample_are_the_same_for_any_order(repeated: bool) -> None:
    rng = np.random.default_rng(0)
    df = pd.DataFrame({
        "s": rng.choice(["a", "b", "c"], 3000), "x": rng.integers(0, 3 if repeated else 10**6, 3000),
        "t": rng.choice(["u", "v"], 3000),
    })  # fmt: skip
    other = df.iloc[rng.permutation(3000)][["t", "x", "s"]]
    one, two = df.iloc[content_rows(df, 500)], other.iloc[content_rows(other, 500)]
    order = list(df.columns)
    one, two = (f[order].sort_values(order).reset_index(drop=True) for f in (one, two))
    pd.testing.assert_frame_equal(one, two)
    share = (one["s"] == "a").mean()
    assert abs(share - 1 / 3) < 0.08  # duplicates are sampled as often as they occur


@settings(deadline=None)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=10), st.integers(1, 40))
def test_expected_distinct_by_counting_samples(counts: list[int], rows: int) -> None:
    n = sum(counts)
    m = min(rows, n)
    absent = [math.comb(n - c, m) / math.comb(n, m) for c in counts]
    assert expected_distinct(np.array(counts), rows) == pytest.approx(len(counts) - sum(absent))
