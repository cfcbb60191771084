"""No column stops the inference of a frame, and questions and warnings can be pasted."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import uuid
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from frames import mixed

import frameumap

N = 60
RNG = np.random.default_rng(0)


def objects(make):
    """A column of what `make` makes of the number of a row."""
    return pd.Series([make(i) for i in range(N)], dtype=object)


NASTY = {
    "mixed": objects(lambda i: [1, "a", 2.5, None, True, dt.date(2020, 1, 1)][i % 6]),
    "dicts": objects(lambda i: {"a": i}),
    "bytes": objects(lambda i: bytes([i])),
    "decimals": objects(lambda i: decimal.Decimal("NaN") if i % 9 == 0 else decimal.Decimal(i) / 7),
    "huge": objects(lambda i: 10**30 + i),
    "unsigned": np.arange(N, dtype=np.uint64) + np.uint64(2**63),
    "nested": objects(lambda i: [[i], [i, 1]]),
    "ragged": objects(lambda i: list(range(i % 4))),
    "intervals": pd.cut(RNG.normal(size=N), 4),
    "interval objects": objects(lambda i: pd.Interval(i, i + 1)),
    "periods": pd.period_range("2020", periods=N, freq="Q"),
    "durations": pd.to_timedelta(np.arange(N), unit="h"),
    "complex": np.arange(N) + 1j,
    "sparse": pd.arrays.SparseArray(np.where(RNG.random(N) < 0.2, 1.5, np.nan)),
    "category of tuples": pd.Series([("a", 1), ("b", 2)] * 30).astype("category"),
    "category of nothing": pd.Categorical([None] * N),
    "zones": objects(lambda i: pd.Timestamp("2020", tz="UTC" if i % 2 else "US/Eastern")),
    "zones or none": objects(lambda i: pd.Timestamp("2020", tz="UTC" if i % 2 else None)),
    "year 1": objects(lambda i: dt.date(1, 1, 1 + i % 28)),
    "year 9999": objects(lambda i: dt.date(9999, 1, 1 + i % 28)),
    "years in strings": ["0000-01-01", "9999-12-31", "1500-01-01"] * 20,
    "dates and strings": objects(lambda i: dt.date(2020, 1, 1) if i % 2 else "2020-01-02"),
    "empty": [""] * N,
    "blank": ["  ", "\t", "\n"] * 20,
    "flags of three types": objects(lambda i: [True, 0, 1.5][i % 3]),
    "structs": pd.Series([{"a": 1}] * N, dtype=pd.ArrowDtype(pa.struct([("a", pa.int64())]))),
    "nothing of Arrow": pd.Series([None] * N, dtype=pd.ArrowDtype(pa.null())),
    "uuids": objects(lambda i: uuid.UUID(int=i)),
    "fractions": objects(lambda i: fractions.Fraction(i, 7)),
    "frames": objects(lambda i: pd.DataFrame({"a": [i]})),
    "series": objects(lambda i: pd.Series([i])),
    "matrices": objects(lambda i: np.eye(2)),
    "arrays without a dimension": objects(np.array),
    "functions": objects(lambda i: print),
    "digits of another script": ["١٢٣", "٤٥٦", "٧"] * 20,
    "dates that are none": ["99/99/9999", "88/88/8888", "1/1/2020"] * 20,
    "months that are none": ["2020-13-45", "2020-02-30"] * 30,
    "zero bytes": ["\x00", "\x00\x00", "a"] * 20,
}


def test_no_column_stops_an_inferred_frame():
    df = pd.DataFrame({"x": RNG.normal(size=N), "k": RNG.integers(0, 3, N), **NASTY})
    schema = frameumap.infer_schema(df)
    assert set(schema.table()["column"]) == set(df.columns)
    assert str(schema)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = frameumap.FrameUMAP(schema, n_epochs=1).fit(df)
        again = frameumap.Schema.from_toml(model.schema_.to_toml())
        assert frameumap.FrameUMAP(again, n_epochs=1).fit(df).embedding_.shape == (N, 2)


def business():
    """A table with a question for each kind of doubt."""
    day = [f"{1 + i % 12}/{1 + i % 11}/2020" for i in range(N)]
    return pd.DataFrame(
        {
            "due": day, "paid": [d.replace("2020", "20") for d in day], "order_id": [*range(7, 65), 9, 8],
            "stars": RNG.integers(1, 6, N), "branch_code": RNG.integers(0, 9, N),
            "zip": RNG.integers(10_000, 99_999, N), "year": RNG.integers(1990, 2020, N),
            "ticked": ["x", None] * 30, "town": ["Lyon", None] * 30, "start time": ["12:30", "1:15"] * 30,
            "title": [f"a{i % 42}" for i in range(N)], "x": RNG.normal(size=N),
        }
    )  # fmt: skip


@pytest.mark.parametrize("make", [business, lambda: mixed(N)], ids=["business", "mixed"])
def test_every_question_can_be_pasted(make):
    df = make()
    questions = frameumap.infer_schema(df).questions()
    assert [q.influence for q in questions] == sorted(
        (q.influence for q in questions), reverse=True
    )
    for question in questions:
        schema = frameumap.infer_schema(df)
        exec(question.line, {"schema": schema, "frameumap": frameumap})
        open_still = {c for q in schema.questions() for c in q.columns}
        assert open_still.isdisjoint(question.columns)
        kinds = schema.table().set_index("column")["kind"]
        assert (kinds[list(question.columns)] != question.kind).all()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frameumap.FrameUMAP(schema, n_epochs=1).fit(df)
