"""Columns of a fit as codes and levels: from the model's own rows and from the frame."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from frames import mixed

import frameumap
from frameumap.errors import DataError
from frameumap.show.colors import GAP, PALETTE, SEQUENTIAL, colour_column
from frameumap.show.column import number_text, shown
from frameumap.show.columns import columns_of
from frameumap.show.draw import rgb
from frameumap.show.names import folded
from frameumap.show.payload import rounded


@pytest.fixture(scope="module")
def fitted():
    df = mixed(150, 1)
    schema = {
        **dict.fromkeys(["plan"], "categorical"),
        ("amount", "age"): "manhattan",
        "vip": "boolean",
        "grade": "ordinal",
        ("lat", "lon"): "haversine",
        "name": "levenshtein",
        "joined": "datetime",
        "tags": "jaccard",
    }
    return df, frameumap.FrameUMAP(schema, n_neighbors=8, n_epochs=5).fit(df)


def test_the_model_alone_gives_what_the_frame_has(fitted):
    df, model = fitted
    own = {c.key: c for c in columns_of(model)}
    given = {c.key: c for c in columns_of(model, df=df)}
    assert set(own) == set(df.columns)
    for key, column in own.items():
        other = given[key]
        assert column.form == other.form, key
        gone = df["lat"].isna() if key == "lon" else df[key].isna()  # a place needs both
        np.testing.assert_array_equal(column.codes < 0, gone)
        assert (column.counts > 0).all()
        if column.form in ("number", "date"):
            values = np.asarray(column.levels)[column.codes]
            expected = np.asarray(other.levels)[other.codes]
            has = column.codes >= 0
            # A date in seconds keeps float32's digits of its score.
            np.testing.assert_allclose(values[has], expected[has], rtol=1e-4)
        else:
            assert [column.text(i) for i in range(50)] == [other.text(i) for i in range(50)], key


def test_grades_keep_their_order_without_the_frame(fitted):
    _, model = fitted
    (grade,) = columns_of(model, ["grade"])
    assert grade.form == "grades"
    assert list(grade.levels) == ["D", "C", "B", "A"]


def test_strings_of_dates_and_numbers_stand_in_their_order():
    n = 90
    when = pd.Timestamp("2021-01-01") + pd.to_timedelta(np.arange(n) * 37 % 400, unit="D")
    df = pd.DataFrame(
        {"when": when.strftime("%d.%m.%Y"), "share": [f"{i * 7 % 90}%" for i in range(n)]}
    )
    model = frameumap.FrameUMAP(n_neighbors=8, n_epochs=2).fit(df)
    assert set(model.schema_.table()["kind"]) == {"datetime", "numeric"}
    for columns in (columns_of(model, df=df), columns_of(model)):
        share = next(c for c in columns if c.key == "share")
        assert [float(str(v).rstrip("%")) for v in share.texts()] == sorted(range(90))
        dates = next(c for c in columns if c.key == "when")
        read = pd.to_datetime(pd.Series(dates.texts()), format="%d.%m.%Y")
        assert read.is_monotonic_increasing
        assert [dates.text(i) for i in range(n)] == df["when"].tolist()


def test_unknown_columns_and_other_frames_are_named(fitted):
    df, model = fitted
    with pytest.raises(DataError, match="no column 'nope'"):
        columns_of(model, ["nope"])
    with pytest.raises(DataError, match="149 rows"):
        columns_of(model, df=df.iloc[1:])


def test_further_columns_of_the_frame_are_read_by_their_dtypes(fitted):
    df, model = fitted
    n = len(df)
    more = df.assign(
        span=pd.to_timedelta(np.arange(n), unit="s"),
        level=pd.Categorical(["b", "a", None] * (n // 3)),
        when=pd.date_range("2020", periods=n, tz="Europe/Berlin"),
        thing=[{"a": 1}, None, 3] * (n // 3),
        whole=pd.array([1, 2, None] * (n // 3), dtype="Int64"),
    )
    found = {c.key: c for c in columns_of(model, ["span", "level", "when", "thing", "whole"], more)}
    assert [found[k].form for k in found] == ["number", "levels", "date", "levels", "number"]
    assert found["whole"].whole
    assert found["level"].text(0) == "b"
    assert found["level"].gaps == n // 3
    assert found["thing"].text(0) == "{'a': 1}"
    assert found["thing"].text(1) == ""
    assert {c.group for c in found.values()} == {""}


def test_names_that_look_alike_stay_apart():
    df = pd.DataFrame({1: [1.5, 2.0, 3.0, 4.5], "1": ["a", "b", "a", "b"]})
    model = frameumap.FrameUMAP(n_neighbors=3, n_epochs=2).fit(df)
    assert [c.name for c in columns_of(model)] == ["1", "1 (1)"]


def test_long_values_are_cut_and_say_so():
    assert shown("x" * 100_000).endswith("… (100,000 characters)")
    assert len(shown("x" * 100_000)) < 450
    assert shown("\ud800") == "?"  # a lone surrogate has no UTF-8


@pytest.mark.parametrize(
    ("value", "whole", "text"),
    [
        (1234567.0, True, "1,234,567"),
        (0.000012, False, "1.2e-05"),
        (27779.5, False, "27,779.5"),
        (2018.0, True, "2018"),
    ],
)
def test_numbers_read_well(value, whole, text):
    assert number_text(value, whole) == text


def test_rounding_by_rank_keeps_order_gaps_and_nearly_the_values(fitted):
    df, model = fitted
    (full,) = columns_of(model, ["amount"], df)
    coarse = rounded(full, 20)
    assert len(coarse.levels) <= 20
    np.testing.assert_array_equal(coarse.codes < 0, full.codes < 0)
    has = full.codes >= 0
    ranks = pd.Series(np.asarray(full.levels)[full.codes[has]]).rank()
    near = pd.Series(np.asarray(coarse.levels)[coarse.codes[has]]).rank()
    assert (ranks - near).abs().max() <= 2 * len(ranks) / 20 + 1
    assert rounded(full, len(full.levels)) is full


def test_colours_of_levels_are_distinct_and_rare_ones_share_one(fitted):
    df, model = fitted
    many = df.assign(many=[f"v{i % 30}" for i in range(len(df))])
    colouring = colour_column(columns_of(model, ["many"], many)[0])
    assert len(set(colouring.colors)) == len(colouring.colors) == 9
    assert colouring.labels[-2] == "23 others"
    assert colouring.colors[-1] == GAP


def test_a_scale_gives_every_colour_equally_many_rows(fitted):
    df, model = fitted
    colouring = colour_column(columns_of(model, ["age"], df.assign(age=np.arange(150.0)))[0])
    assert colouring.form == "scale"
    counts = np.bincount(colouring.step, minlength=17)
    assert counts[-1] == 0
    assert np.ptp(counts[:-1]) <= 1


def test_the_first_colours_differ_in_grey():
    grey = np.sort(rgb(PALETTE[:5]) @ [0.299, 0.587, 0.114])
    assert np.diff(grey).min() > 0.05


def test_a_scale_darkens_in_grey():
    grey = rgb(SEQUENTIAL) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(grey) > 0).all()


def test_a_scale_tells_its_values_apart_and_years_are_years():
    years = np.repeat(np.arange(2009, 2020), 30)
    df = pd.DataFrame({"year": years, "x": np.linspace(12345.0, 12346.5, len(years))})
    model = frameumap.FrameUMAP({"year": "numeric", "x": "numeric"}, n_epochs=1).fit(df)
    columns = {c.name: colour_column(c) for c in columns_of(model, df=df)}
    assert columns["year"].labels == ("2009", "2011", "2014", "2017", "2019")
    assert len(set(columns["x"].labels)) == 5


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("family · near 41.1° N, 8.6° W", "family ·\nnear 41.1° N, 8.6° W"),
        ("pharmacy · Monday", "pharmacy · Monday"),
        ("room · near 52.0° N, 5.1° E · high area", "room · near 52.0° N, 5.1°\nE · high area"),
    ],
)
def test_names_are_folded_between_their_parts(name, lines):
    assert folded(name) == lines
