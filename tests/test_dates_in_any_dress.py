"""The same instants in any container give the same bytes; other meanings are errors."""

import datetime as dt
import re
import zoneinfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import frameumap
from frameumap import FrameUMAP

N = 120
STEPS = np.random.default_rng(0).integers(0, 400, N)
A = np.random.default_rng(1).normal(size=N)


def embedded(t, **parameters):
    df = pd.DataFrame({"a": A, "t": t})
    return FrameUMAP({"a": "numeric", "t": "datetime"}, n_epochs=5, **parameters).fit(df)


def days(start):
    return np.datetime64(start, "D") + STEPS.astype("timedelta64[D]")


def as_dates(values):
    return np.array(values.astype(object).tolist(), object)


DRESSES = {
    "s": lambda d: d.astype("datetime64[s]"),
    "ms": lambda d: d.astype("datetime64[ms]"),
    "us": lambda d: d.astype("datetime64[us]"),
    "date": as_dates,
    "datetime": lambda d: np.array(
        [dt.datetime.combine(v, dt.time()) for v in as_dates(d)], object
    ),
    "string": lambda d: np.array([v.isoformat() for v in as_dates(d)], object),
    "date32": lambda d: pd.array(as_dates(d), dtype=pd.ArrowDtype(pa.date32())),
    "timestamp": lambda d: pd.array(
        d.astype("datetime64[us]"), dtype=pd.ArrowDtype(pa.timestamp("us"))
    ),
}


@pytest.mark.parametrize("start", ["2020-01-01", "1500-03-01", "0001-01-02", "9998-11-01"])
@pytest.mark.parametrize("dress", DRESSES)
def test_the_same_days(dress, start):
    expected = embedded(days(start).astype("datetime64[s]")).embedding_
    np.testing.assert_array_equal(embedded(DRESSES[dress](days(start))).embedding_, expected)


def test_nanoseconds_and_zones():
    plain = pd.Series(days("2020-01-01").astype("datetime64[s]"))
    expected = embedded(plain).embedding_
    utc = plain.dt.tz_localize("UTC")
    for t in (
        plain.astype("datetime64[ns]"),
        utc,
        utc.dt.tz_convert("America/New_York"),
        pd.Series(list(utc.dt.tz_convert("Asia/Tokyo").dt.to_pydatetime()), dtype=object),
    ):
        np.testing.assert_array_equal(embedded(t).embedding_, expected)


def test_polars():
    pl = pytest.importorskip("polars")
    t = as_dates(days("2020-01-01")).tolist()
    expected = embedded(days("2020-01-01").astype("datetime64[s]")).embedding_
    model = FrameUMAP({"a": "numeric", "t": "datetime"}, n_epochs=5)
    model.fit(pl.DataFrame({"a": A, "t": t}))
    np.testing.assert_array_equal(model.embedding_, expected)


def test_dates_with_and_without_a_zone():
    naive = [dt.datetime(2024, 1, 1) + dt.timedelta(hours=int(h)) for h in STEPS]
    mixed = [t.replace(tzinfo=dt.UTC) if i % 2 else t for i, t in enumerate(naive)]
    strings = [t.isoformat() for t in mixed]
    for values in (mixed, strings):
        with pytest.raises(frameumap.DataError, match="column 't', row 0: a date without a time"):
            embedded(pd.Series(values, dtype=object))


@pytest.mark.parametrize("held", [False, True])
def test_new_rows_of_another_zone(held):
    plain = pd.Series(days("2020-01-01").astype("datetime64[s]"))
    zoned = plain.dt.tz_localize("Europe/Berlin")

    def container(series):
        return series.astype(object) if held else series

    for fit, other in ((plain, zoned), (zoned, plain)):
        model = embedded(container(fit))
        with pytest.raises(frameumap.DataError, match="column 't'.*tz_localize"):
            model.transform(pd.DataFrame({"a": A, "t": container(other)}))
    model = embedded(container(zoned))
    moved = container(zoned.dt.tz_convert("Asia/Tokyo"))  # the same instants
    np.testing.assert_array_equal(
        model.transform(pd.DataFrame({"a": A, "t": moved})), model.embedding_
    )


def test_clocks_of_another_zone():
    zoned = pd.Series(pd.Timestamp("2020-01-01", tz="Europe/Berlin") + pd.to_timedelta(STEPS, "h"))
    df = pd.DataFrame({"a": A, "t": zoned})
    schema = {"a": "numeric", "t": frameumap.datetime("time")}
    model = FrameUMAP(schema, n_epochs=5).fit(df)
    np.testing.assert_array_equal(model.transform(df), model.embedding_)
    with pytest.raises(frameumap.DataError, match=r"column 't'.*tz_convert\('Europe/Berlin'\)"):
        model.transform(df.assign(t=zoned.dt.tz_convert("Asia/Tokyo")))


def test_two_clocks_in_one_column():
    zones = [zoneinfo.ZoneInfo("Europe/Berlin"), zoneinfo.ZoneInfo("Asia/Tokyo")]
    t = [dt.datetime(2024, 1, 1, int(h) % 24, tzinfo=zones[i % 2]) for i, h in enumerate(STEPS)]
    df = pd.DataFrame({"a": A, "t": pd.Series(t, dtype=object)})
    FrameUMAP({"t": "datetime"}, n_epochs=1).fit(df)  # instants are the same anywhere
    with pytest.warns(frameumap.FrameUMAPWarning, match="column 't'.*2 time zones"):
        FrameUMAP({"t": frameumap.datetime("time")}, n_epochs=1).fit(df)


@pytest.mark.parametrize(
    ("name", "values", "kind", "told"),
    [
        ("ref", [f"{2015 + i % 8}-{1 + i:03d}" for i in range(300)], "ignored", "format='%Y-%j'"),
        ("at", [20_210_101_000_000 + i % 28 * 1_000_000 + i % 60 for i in range(300)], "datetime", ""),
        ("date", [210_101 + i % 28 for i in range(300)], "numeric", "format='%y%m%d'"),
        ("date", ["0000-00-00", *[f"2021-0{1 + i % 9}-{1 + i % 28:02d}" for i in range(299)]], "ignored", "df.replace('0000-00-00', None)"),
        ("date", ["31/12/9999", *[f"{1 + i % 28}/0{1 + i % 9}/2021" for i in range(299)]], "datetime", "'31/12/9999' may stand for a gap"),
    ],
)  # fmt: skip
def test_dates_that_are_easily_taken_for_something_else(name, values, kind, told):
    schema = frameumap.infer_schema(pd.DataFrame({name: values, "x": np.arange(300.0) ** 0.5}))
    found = schema.table().set_index("column").loc[name]
    assert found["kind"] == kind
    assert told in found["warnings"]
    for line in re.findall(r"schema\[.+?\] = frameumap\.datetime\(.+?\)", found["warnings"]):
        exec(line, {"schema": schema, "frameumap": frameumap})
        assert schema[name].kind == "datetime"
