"""Warnings point at the user's line, from every public method, once."""

import warnings

import numpy as np
import pandas as pd
import pytest
from frames import mixed

import frameumap
from frameumap import FrameUMAP, FrameUMAPWarning, embed
from frameumap.kinds.text import Text

QUICK = {"n_epochs": 1}


def repeated():
    """A frame in which a column name repeats."""
    return mixed(60, gaps=False)[["age", "amount", "age"]]


def empty():
    return mixed(60, gaps=False)[["age", "amount"]].assign(nothing=np.nan)


def unseen():
    return mixed(60, gaps=False)[["age", "plan"]].assign(plan="never seen")


@pytest.fixture(scope="module")
def model():
    return FrameUMAP(**QUICK).fit(mixed(60, gaps=False)[["age", "plan"]])


CALLS = {
    "embed": lambda model: embed(repeated(), **QUICK),
    "embed, no value": lambda model: embed(empty(), **QUICK),
    "pipe": lambda model: repeated().pipe(embed, **QUICK),
    "pipe, clamped": lambda model: mixed(9, gaps=False).pipe(embed, **QUICK),
    "fit": lambda model: FrameUMAP(**QUICK).fit(repeated()),
    "fit, no value": lambda model: FrameUMAP(**QUICK).fit(empty()),
    "fit, clamped": lambda model: FrameUMAP(**QUICK).fit(mixed(9, gaps=False)),
    "fit_transform": lambda model: FrameUMAP(**QUICK).fit_transform(repeated()),
    "infer_schema": lambda model: frameumap.infer_schema(repeated()),
    "transform": lambda model: model.transform(unseen()),
    "update": lambda model: FrameUMAP(**QUICK).fit(mixed(60)[["age", "plan"]]).update(unseen()),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_warning_points_at_the_line_of_the_caller(name, model):
    call = CALLS[name]
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        call(model)
    assert [(w.category, w.filename, w.lineno) for w in seen] == [
        (FrameUMAPWarning, __file__, call.__code__.co_firstlineno)
    ]


def test_a_frame_is_read_once(monkeypatch):
    polars = pytest.importorskip("polars")
    reads = []
    plain = polars.DataFrame.to_pandas
    monkeypatch.setattr(
        polars.DataFrame, "to_pandas", lambda self, **k: reads.append(1) or plain(self, **k)
    )
    df = polars.DataFrame({"x": np.sqrt(np.arange(30.0)), "y": np.arange(30) % 7})
    embed(df, **QUICK)
    FrameUMAP(**QUICK).fit_transform(df)
    assert len(reads) == 2


def test_warnings_come_from_other_libraries_of_the_user_too():
    namespace = {"embed": embed, "df": repeated(), "__name__": "somebody.elses.module"}
    code = compile("\n\nembed(df, n_epochs=1)", "elsewhere.py", "exec")
    with pytest.warns(FrameUMAPWarning) as seen:
        exec(code, namespace)
    assert [(w.filename, w.lineno) for w in seen] == [("elsewhere.py", 3)]


def test_long_texts_are_told_before_they_are_compared():
    """60 strings of 20,000 letters: 1,770 pairs of 6 million steps each."""
    letters = np.random.default_rng(0).choice(list("abc "), (60, 20_000))
    group = frameumap.infer_schema(pd.DataFrame({"t": ["a b", "c"] * 5}))
    group["t"] = "levenshtein"
    with pytest.warns(FrameUMAPWarning, match="'t': 60 strings of 20,000 .* minutes"):
        Text(group.groups["t"]).fit([pd.Series(["".join(row) for row in letters])])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Text(group.groups["t"]).fit([pd.Series(["".join(row[:300]) for row in letters])])
