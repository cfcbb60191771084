"""`inverse_transform` gives the dtypes of the fit, before and after a model file."""

import datetime as dt
import pickle
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from frameumap import DataError, FrameUMAP

N = 60
K = np.random.default_rng(0).integers(0, 5, N)
LETTERS = np.array(list("abcde"))[K]
GAP = np.arange(N) % 6 == 0
HOURS = pd.Series(pd.Timestamp("2024-03-30") + pd.to_timedelta(7 * K, unit="h"))


def arrow(values, dtype):
    return pd.Series(values).astype(pd.ArrowDtype(dtype))


def objects(values):
    return pd.Series(values, dtype=object)


def category(**options):
    return pd.Series(pd.Categorical(LETTERS, **options))


COLUMNS = {
    "int8": (pd.Series(K, dtype="int8"), "ordinal"),
    "float32": (pd.Series(K / 4, dtype="float32"), "numeric"),
    "Int64": (pd.Series(K, dtype="Int64").mask(GAP), "numeric"),
    "Float32": (pd.Series(K / 4, dtype="Float32").mask(GAP), "numeric"),
    "boolean": (pd.Series(K > 2, dtype="boolean").mask(GAP), "boolean"),
    "string": (pd.Series(LETTERS, dtype="string").mask(GAP), "categorical"),
    "levels": (category(categories=list("edcbaz")), "categorical"),
    "order": (category(categories=list("edcbaz"), ordered=True), "ordinal"),
    "zone": (HOURS.dt.tz_localize("Europe/Berlin"), "datetime"),
    "ns": (HOURS.astype("datetime64[ns]"), "datetime"),
    "ms": (HOURS.astype("datetime64[ms]"), "datetime"),
    "date": (objects(list(HOURS.dt.date)), "datetime"),
    "far date": (objects([dt.date(9999, 12, 31 - int(k)) for k in K]), "datetime"),
    "datetime": (objects(list(HOURS.dt.to_pydatetime())), "datetime"),
    "zoned datetime": (
        objects(list(HOURS.dt.tz_localize("Asia/Tokyo").dt.to_pydatetime())),
        "datetime",
    ),
    "gower date": (HOURS.dt.tz_localize("UTC"), "gower"),
    "period": (HOURS.dt.to_period("M"), "datetime"),
    "decimal": (objects([Decimal(int(k)) / 10 for k in K]), "numeric"),
    "int": (objects(K.tolist()), "ordinal"),
    "timedelta": (pd.Series(pd.to_timedelta(K, unit="h")), "numeric"),
    "python timedelta": (objects([dt.timedelta(hours=int(k)) for k in K]), "numeric"),
    "time": (objects([dt.time(int(k), 30) for k in K]), "time"),
    "interval": (pd.Series(pd.arrays.IntervalArray.from_breaks(range(6))[K]), "ordinal"),
    "set": (objects([set("abcde"[: k + 1]) for k in K]), "set"),
    "tuple": (objects([tuple("abcde"[: k + 1]) for k in K]), "set"),
    "arrow int": (arrow(K, pa.int16()), "numeric"),
    "arrow string": (arrow(LETTERS, pa.string()), "categorical"),
    "arrow date": (arrow(list(HOURS.dt.date), pa.date32()), "datetime"),
    "arrow time": (arrow([dt.time(int(k)) for k in K], pa.time64("us")), "time"),
    "arrow zone": (arrow(HOURS, pa.timestamp("us", tz="Asia/Tokyo")), "datetime"),
    "arrow decimal": (arrow([Decimal(int(k)) / 4 for k in K], pa.decimal128(10, 2)), "numeric"),
    "arrow duration": (arrow(pd.to_timedelta(K, unit="h"), pa.duration("us")), "numeric"),
    "arrow levels": (
        pd.Series(pd.arrays.ArrowExtensionArray(pa.array(LETTERS.tolist()).dictionary_encode())),
        "categorical",
    ),
    "arrow bool": (arrow(K > 2, pa.bool_()), "boolean"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_dtypes(name, tmp_path):
    column, kind = COLUMNS[name]
    df = pd.DataFrame({"x": K + np.arange(N) / N, "c": column})
    model = FrameUMAP({"x": "numeric", "c": kind}, n_epochs=5).fit(df)
    model.save(tmp_path / "model")
    for one in (model, FrameUMAP.load(tmp_path / "model")):
        back = one.inverse_transform(one.embedding_[:8])["c"]
        assert back.dtype == column.dtype
        held, found = list(column[column.notna()]), list(back[back.notna()])
        assert len(found)
        assert {type(v) for v in found} <= {type(v) for v in held}
        assert all(v in held for v in found)


def test_gaps_in_a_column_of_whole_numbers():
    column = pd.Series(K, dtype="int32")
    df = pd.DataFrame({"x": np.repeat([0.0, 100], N // 2), "c": column})
    model = FrameUMAP({"x": "numeric", "c": "numeric"}, n_epochs=5).fit(df)
    assert model.inverse_transform(model.embedding_[:3])["c"].dtype == "int32"


@pytest.mark.parametrize(
    ("dtype", "values"),
    [
        ("uint64", [2**64 - 1, 2**63 + 5]),
        ("int64", [-(2**63), 2**63 - 1]),
        ("Int64", [2**63 - 1, 5]),
    ],
)
def test_whole_numbers_at_the_end_of_their_type_come_back(dtype, values):
    column = pd.Series(np.array(values, object)[K % 2], dtype=dtype)
    model = FrameUMAP({"x": "numeric", "c": "numeric"}, n_epochs=5).fit(
        pd.DataFrame({"x": K + np.arange(N) / N, "c": column})
    )
    back = model.inverse_transform(model.embedding_[:8])["c"]
    assert back.dtype.kind == column.dtype.kind
    held = {float(v) for v in back}
    assert all(min(abs(v - w) for w in values) <= 1e-6 * 2.0**64 for v in held)


def test_durations_of_any_length_come_back():
    """64 bits of microseconds hold less than Python's durations."""
    column = objects([dt.timedelta.min if k == 0 else dt.timedelta(days=999_999_990) for k in K])
    column[3] = None
    model = FrameUMAP({"x": "numeric", "c": "numeric"}, n_epochs=5).fit(
        pd.DataFrame({"x": K + np.arange(N) / N, "c": column})
    )
    held = [v for v in model.inverse_transform(model.embedding_)["c"] if v is not None]
    assert held
    assert all(isinstance(v, dt.timedelta) for v in held)


def test_far_dates_are_compared():
    df = pd.DataFrame({"x": K + np.arange(N) / N, "c": HOURS})
    df["far"] = arrow([dt.date(7484, 1, 5 + int(k)) for k in K], pa.date32())
    table = FrameUMAP(n_epochs=2).fit(df).compare(0, 1)
    assert set(table.columns) >= {"part", "a", "b"}


def test_columns_named_by_booleans():
    """`df[[True, False]]` is a mask of rows."""
    codes = objects(list(LETTERS))
    df = pd.concat([codes, pd.Series(K), pd.Series(K * 1.5)], axis=1)
    df.columns = pd.Index([True, False, "x"], dtype=object)
    assert FrameUMAP(n_epochs=2).fit(df).embedding_.shape == (N, 2)


def test_numbers_and_booleans_in_one_column_in_any_batch():
    column = objects([True if k == 0 else float(k) for k in K])
    df = pd.DataFrame({"x": K + np.arange(N) / N, "c": column})
    model = FrameUMAP({"x": "numeric", "c": "numeric"}, n_epochs=5).fit(df)
    picked = np.flatnonzero(K == 0)
    np.testing.assert_array_equal(model.transform(df.iloc[picked]), model.embedding_[picked])


def test_sparse_columns_that_leave_gaps_out_are_columns():
    column = pd.arrays.SparseArray(np.where(GAP, np.nan, K + np.arange(N) / N))
    df = pd.DataFrame({"x": column})
    plain = FrameUMAP(n_epochs=5).fit(df.sparse.to_dense()).embedding_
    np.testing.assert_array_equal(FrameUMAP(n_epochs=5).fit(df).embedding_, plain)


def test_polars_types():
    pl = pytest.importorskip("polars")
    df = pl.DataFrame(
        {
            "x": pl.Series(K / 4, dtype=pl.Float32),
            "i": pl.Series(
                [None if g else int(k) for k, g in zip(K, GAP, strict=True)], dtype=pl.UInt8
            ),
            "d": list(HOURS.dt.date),
            "t": pl.Series(list(HOURS)).dt.replace_time_zone("Europe/Berlin"),
            "c": pl.Series(LETTERS, dtype=pl.Categorical),
            "e": pl.Series(LETTERS, dtype=pl.Enum(list("edcbaz"))),
            "n": pl.Series([Decimal(int(k)) / 4 for k in K], dtype=pl.Decimal(10, 2)),
            "b": pl.Series(K > 2),
            "s": pl.Series([dt.timedelta(hours=int(k)) for k in K]),
            "o": pl.Series([dt.time(int(k), 30) for k in K]),
            "v": pl.Series(np.outer(K, [1.0, 2, 3]).tolist(), dtype=pl.Array(pl.Float32, 3)),
        }
    )
    schema = dict.fromkeys(df.columns, "categorical")
    schema |= {"x": "numeric", "i": "numeric", "d": "datetime", "t": "datetime", "e": "ordinal"}
    schema |= {"n": "numeric", "b": "boolean", "s": "numeric", "o": "time", "v": "vector"}
    model = FrameUMAP(schema, n_epochs=5).fit(df)
    assert model.inverse_transform(model.embedding_[:5]).schema == df.schema
    table = df.to_arrow()
    model = FrameUMAP(schema, n_epochs=5).fit(table)
    assert model.inverse_transform(model.embedding_[:5]).schema.types == table.schema.types


def test_columns_of_another_byte_order():
    """FITS and HDF5 files of other machines: numpy's dtypes '>f8' and '>i4'."""
    df = pd.DataFrame({"x": K + np.arange(N) / N, "c": K.astype("int32")})
    other = pd.DataFrame({"x": df["x"].to_numpy().astype(">f8"), "c": K.astype(">i4")})
    for schema in (None, {"x": "numeric", "c": "ordinal"}):
        model = FrameUMAP(schema, n_epochs=5).fit(other)
        np.testing.assert_array_equal(
            FrameUMAP(schema, n_epochs=5).fit(df).embedding_, model.embedding_
        )
        np.testing.assert_array_equal(model.transform(df), model.embedding_)


def test_arrow_maps_come_back():
    maps = pa.array([[("k", int(k))] for k in K], type=pa.map_(pa.string(), pa.int64()))
    table = pa.table({"x": K + np.arange(N) / N, "m": maps})
    model = FrameUMAP(n_epochs=5).fit(table)
    back = model.inverse_transform(model.embedding_[:3])
    assert all(
        back.schema.field(name).type == table.schema.field(name).type for name in back.column_names
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("n_neighbors", np.int32(5)), ("n_epochs", np.int16(5)), ("min_dist", np.float32(0.2))),
        *(("negative_sample_rate", np.uint8(4)), ("random_state", np.int64(3))),
        *(("n_components", np.int8(3)), ("unique", np.True_), ("density", np.float16(0.5))),
    ],
)
def test_parameters_of_numpys_types(name, value, tmp_path):
    df = pd.DataFrame({"x": K + np.arange(N) / N, "c": LETTERS})
    model = FrameUMAP(**{"n_epochs": 5, name: value}).fit(df)
    model.save(tmp_path / "model")
    for other in (pickle.loads(pickle.dumps(model)), FrameUMAP.load(tmp_path / "model")):
        np.testing.assert_array_equal(other.transform(df), model.transform(df))


@pytest.mark.parametrize(
    "data",
    [{"a": [1, 2]}, [{"a": 1}, {"a": 2}], np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])],
)
def test_records_are_no_array(data):
    with pytest.raises(DataError, match=r"pandas\.DataFrame"):
        FrameUMAP().fit(data)
