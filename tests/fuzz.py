"""Takes random frames through all that a model offers.

    python fuzz.py COUNT SEED [FOLDER]

Every step must succeed or raise an error of frameumap, and what it gives must be finite. Prints how
many frames were fitted and how many refused, and one line for every kind of failure; the first
frame of each is pickled to FOLDER.
"""

from __future__ import annotations

import datetime
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

import frameumap

_NAMES = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        [
            *("", " ", "a.b", "a&b", "-", "`", '"', "'", "\n", "y", "target: y", "umap_0", "lat"),
            *(
                "\u202eabc",
                "😀",
                "<b>",
                "index",
                "...",
                "None",
                "id",
                "zip",
                "lon",
                "x0",
                "|",
                "\0",
            ),
        ]
    ),
    st.integers(-3, 3),
    st.floats(allow_nan=True, width=32),
    st.none(),
    st.booleans(),
    st.tuples(st.text(max_size=2), st.integers(0, 2)),
    st.dates(),
)
_WORDS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["a", "b", "yes", "no", "NA", "1", "2.5", "2024-01-02", "07:30", "$3", "a,b"]),
)
_FLOATS = st.one_of(
    st.floats(),
    st.floats(-1e3, 1e3),
    st.sampled_from([0.0, -0.0, 1e308, 1e-308, 5e-324, -1e308, 1e12, 1e12 + 1, 2.0**53, 1.5]),
)
#: Those that 64 bits of microseconds hold.
_SPANS = st.timedeltas(-datetime.timedelta(10**8), datetime.timedelta(10**8))
_MOMENTS = st.datetimes(datetime.datetime(1600, 1, 1), datetime.datetime(2400, 1, 1))


def _column(values: st.SearchStrategy[Any], make: Any) -> Any:
    """A strategy of n values, some repeated and some missing, made a column by `make`."""

    @st.composite
    def column(draw: Any, n: int) -> pd.Series:
        pool = draw(st.lists(values, min_size=1, max_size=n))
        picks = draw(st.lists(st.integers(0, len(pool) - 1), min_size=n, max_size=n))
        gaps = draw(st.sampled_from([0.0, 0.0, 0.2, 1.0]))
        rng = np.random.default_rng(len(pool) + n)
        missing = rng.random(n) < gaps
        return make([None if m else pool[p] for p, m in zip(picks, missing, strict=True)])

    return column


def _as(dtype: Any) -> Any:
    return lambda values: pd.Series(values, dtype=dtype)


def _number(dtype: str) -> Any:
    """Numbers of a dtype without gaps."""
    return lambda values: pd.Series([0 if v is None else v for v in values], dtype=dtype)


def _objects(values: list[Any]) -> pd.Series:
    made = pd.Series([None] * len(values), dtype=object)
    for i, value in enumerate(values):
        made.iloc[i] = value
    return made


def _zoned(values: list[Any]) -> pd.Series:
    return (
        pd.Series(values, dtype="datetime64[us]").dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo")
    )


def _ordered(values: list[Any]) -> pd.Series:
    levels = sorted({v for v in values if v is not None})
    return pd.Series(pd.Categorical(values, categories=levels, ordered=True))


def _arrow(type_: Any) -> Any:
    return lambda values: pd.Series(pd.array(values, dtype=pd.ArrowDtype(type_)))


_SMALL = st.integers(-5, 5)
COLUMNS = {
    "int64": _column(st.integers(-(2**63), 2**63 - 1), _number("int64")),
    "small": _column(_SMALL, _number("int8")),
    "uint64": _column(st.integers(0, 2**64 - 1), _number("uint64")),
    "float64": _column(_FLOATS, _as("float64")),
    "float32": _column(st.floats(width=32), _as("float32")),
    "float16": _column(st.floats(width=16), _as("float16")),
    "bool": _column(st.booleans(), lambda v: pd.Series([bool(x) for x in v])),
    "Int64": _column(st.integers(-(2**63), 2**63 - 1), _as("Int64")),
    "Float64": _column(_FLOATS, _as("Float64")),
    "boolean": _column(st.booleans(), _as("boolean")),
    "string": _column(_WORDS, _as("string")),
    "words": _column(_WORDS, _objects),
    "category": _column(_WORDS, _as("category")),
    "numbers as levels": _column(_SMALL, _as("category")),
    "grades": _column(_WORDS, _ordered),
    "date": _column(st.dates(), _objects),
    "datetime": _column(_MOMENTS, _as("datetime64[us]")),
    "seconds": _column(_MOMENTS, _as("datetime64[s]")),
    "zoned": _column(_MOMENTS, _zoned),
    "moments": _column(_MOMENTS, _objects),
    "time": _column(st.times(), _objects),
    "duration": _column(_SPANS, _as("timedelta64[us]")),
    "durations": _column(st.timedeltas(), _objects),
    "decimal": _column(st.decimals(places=2, allow_nan=False, allow_infinity=False), _objects),
    "any decimal": _column(st.decimals(), _objects),
    "period": _column(st.integers(-500, 500).map(lambda i: pd.Period(ordinal=i, freq="M")), _as("period[M]")),
    "interval": _column(_SMALL.map(lambda i: pd.Interval(i, i + 1)), _as("interval[float64]")),
    "complex": _column(st.complex_numbers(), _as("complex128")),
    "bytes": _column(st.binary(max_size=3), _objects),
    "lists": _column(st.lists(_WORDS, max_size=3), _objects),
    "vectors": _column(st.lists(_FLOATS, min_size=2, max_size=2), _objects),
    "any lists": _column(st.lists(st.one_of(_FLOATS, _WORDS, st.none()), max_size=3), _objects),
    "sets": _column(st.frozensets(_SMALL, max_size=3), _objects),
    "dicts": _column(st.dictionaries(_WORDS, _SMALL, max_size=2), _objects),
    "tuples": _column(st.tuples(_SMALL, _WORDS), _objects),
    "mixture": _column(st.one_of(_FLOATS, _WORDS, st.booleans(), st.dates(), st.none()), _objects),
    "big integers": _column(st.integers(-(10**30), 10**30), _objects),
    "arrow list": _column(st.lists(_SMALL, max_size=2), _arrow(pa.list_(pa.int64()))),
    "arrow struct": _column(
        st.fixed_dictionaries({"a": _SMALL}), _arrow(pa.struct([("a", pa.int64())]))
    ),
    "arrow decimal": _column(
        st.decimals(-999, 999, places=2), _arrow(pa.decimal128(9, 2))
    ),
    "arrow date": _column(st.dates(), _arrow(pa.date32())),
    "arrow time": _column(st.times(), _arrow(pa.time64("us"))),
    "arrow moment": _column(_MOMENTS, _arrow(pa.timestamp("us", "UTC"))),
    "arrow string": _column(_WORDS, _arrow(pa.string())),
    "arrow bytes": _column(st.binary(max_size=3), _arrow(pa.binary())),
    "arrow bool": _column(st.booleans(), _arrow(pa.bool_())),
    "sparse": _column(_SMALL, lambda v: pd.Series(pd.arrays.SparseArray([float(x or 0) for x in v]))),
    "latitude": _column(st.floats(-90, 90), _as("float64")),
    "missing": _column(st.none(), _objects),
}  # fmt: skip


@st.composite
def frames(draw: Any) -> pd.DataFrame:
    """A frame of up to 25 rows and 6 columns of any dtype, names and index."""
    n = draw(st.one_of(st.integers(1, 4), st.integers(5, 25)))
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=6))
    names = draw(st.lists(_NAMES, min_size=len(kinds), max_size=len(kinds)))
    columns = [draw(COLUMNS[kind](n)) for kind in kinds]
    df = pd.concat(columns, axis=1, keys=range(len(columns)))
    df.columns = pd.Index(names, dtype=object, tupleize_cols=False)
    index = draw(st.sampled_from(["range", "letters", "repeated", "dates"]))
    if index == "letters":
        df.index = pd.Index([chr(97 + i) for i in range(n)])
    elif index == "repeated":
        df.index = pd.Index([i // 2 for i in range(n)])
    elif index == "dates":
        df.index = pd.date_range("2020", periods=n)
    return df


def _finite(values: Any, step: str) -> None:
    if not np.isfinite(np.asarray(values, float)).all():
        raise ArithmeticError(f"{step}: not finite")


def go_through(df: pd.DataFrame, path: Path) -> bool:
    """Take one frame through every step; False where the fit refused it."""
    try:
        model = frameumap.FrameUMAP(n_epochs=2, n_neighbors=4).fit(df)
    except frameumap.FrameUMAPError as error:
        REFUSED["fit: " + str(error)[:55]] += 1
        return False
    model.save(path)
    loaded = frameumap.FrameUMAP.load(path)
    _finite(model.embedding_, "fit")
    placed = model.transform(df)
    _finite(placed, "transform")
    if np.asarray(placed).tobytes() != np.asarray(loaded.transform(df)).tobytes():
        raise ArithmeticError("load: transform differs")
    half = np.asarray(model.transform(df.iloc[: len(df) // 2 + 1]))
    if half.tobytes() != np.asarray(placed)[: len(half)].tobytes():
        raise ArithmeticError("transform: depends on the batch")
    for step in (
        lambda: len(model.inverse_transform(model.embedding_[:3])),
        lambda: model.influence_["share"],
        lambda: model.column_influence_["share"],
        lambda: model.neighbors(df.iloc[:2], k=2).indices,
        lambda: model.cluster().labels,
        lambda: len(str(model.describe(model.cluster()))),
        lambda: model.compare(0, len(df) - 1)["part"] if len(df) > 1 else 0,
        lambda: len(model.report(format="md")),
        lambda: model.update(df.iloc[:2]).embedding_,
        lambda: len(repr(model)),
    ):
        try:
            _finite(step(), "step")
        except frameumap.FrameUMAPError as error:
            REFUSED[str(error)[:60]] += 1
    return True


#: First words of errors of the fit and of the steps after it, with their numbers.
REFUSED: Counter[str] = Counter()


def run(count: int, seed: int, folder: Path) -> tuple[int, int, Counter[str]]:
    """Frames fitted, frames refused, and failures by type and place."""
    warnings.simplefilter("ignore")
    fitted = refused = 0
    failures: Counter[str] = Counter()
    path = folder / "model"

    @seeded(seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(frames())
    def one(df: pd.DataFrame) -> None:
        nonlocal fitted, refused
        try:
            if go_through(df, path):
                fitted += 1
            else:
                refused += 1
        except Exception as error:  # every failure is counted
            own = [
                f for f in traceback.extract_tb(error.__traceback__) if "/frameumap/" in f.filename
            ]
            where = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else "fuzz"
            key = f"{type(error).__name__} {where} {str(error)[:100]}"
            place = f"{type(error).__name__} {where}"
            if not any(known.startswith(place) for known in failures):
                df.to_pickle(folder / f"{place.replace(' ', '-').replace('/', '-')}.pkl")
                (folder / "log").open("a").write(key + "\n" + traceback.format_exc() + "\n")
            failures[key] += 1

    one()
    return fitted, refused, failures


def main() -> None:
    folder = Path(sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    fitted, refused, failures = run(int(sys.argv[1]), int(sys.argv[2]), folder)
    sys.stdout.write(f"{fitted} {refused}\n")
    for what, times in [*failures.most_common(), *REFUSED.most_common(40)]:
        sys.stdout.write(f"{times} {what!r}\n")


if __name__ == "__main__":
    main()
