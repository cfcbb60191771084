"""Engines: the same bytes as in one process, for any partition and number of workers."""

import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import frameumap
from frameumap import DataError, ParameterError
from frameumap.shipped import Shipped, merge_sketches

DF = frameumap.datasets.make_customers(600, random_state=0).drop(columns="segment")
OPTIONS = {"n_epochs": 10, "n_neighbors": 8}


@pytest.fixture(scope="module")
def model():
    return frameumap.fit_sample(DF, rows=200, **OPTIONS)


@pytest.fixture(scope="module")
def wanted(model):
    return model.transform(DF)


def test_a_model_goes_out_and_comes_back(model, wanted):
    shipped = Shipped.of(model, segments := model.cluster())
    placed = shipped.place(pa.Table.from_pandas(DF, preserve_index=False))
    np.testing.assert_array_equal(placed["umap_1"], wanted[:, 1])
    np.testing.assert_array_equal(placed["segment"], segments.predict(DF))
    assert shipped.place(pa.table({"x": []})).num_rows == 0
    with pytest.raises(ParameterError, match="segments must be"):
        Shipped.of(model, 3)
    with pytest.raises(frameumap.NotFittedError):
        Shipped.of(frameumap.FrameUMAP())
    assert merge_sketches([None]).rows == 0


# Dask ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("partitions", [1, 5])
def test_dask_gives_the_same_bytes(model, wanted, partitions):
    pytest.importorskip("dask.dataframe")
    import dask
    import dask.dataframe as dd

    ddf = dd.from_pandas(DF.iloc[::-1].sort_index(kind="stable"), npartitions=partitions)
    with dask.config.set(scheduler="sync"):
        other = frameumap.dask.fit_sample(ddf, rows=200, **OPTIONS)
        np.testing.assert_array_equal(other.embedding_, model.embedding_)
        lazy = frameumap.dask.transform(ddf, model)
        assert list(lazy.columns) == ["umap_0", "umap_1"]
        assert (lazy.dtypes == np.float32).all()
        made = lazy.compute()
    np.testing.assert_array_equal(made, wanted)
    assert made.index.equals(DF.index)


def test_dask_names_what_is_wrong(model):
    dd = pytest.importorskip("dask.dataframe")
    import dask

    lazy = frameumap.dask.transform(dd.from_pandas(DF.drop(columns="plan"), npartitions=2), model)
    with dask.config.set(scheduler="sync"), pytest.raises(DataError, match=r"\['plan'\]"):
        lazy.compute()


def test_a_worker_that_dies_changes_no_byte(model, wanted, tmp_path):
    pytest.importorskip("dask.dataframe")
    distributed = pytest.importorskip("distributed")
    import dask.dataframe as dd

    mark = tmp_path / "died"
    ddf = dd.from_pandas(DF, npartitions=4).map_partitions(_die_once, str(mark), meta=DF)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster),
    ):
        made = frameumap.dask.transform(ddf, model).compute()
    assert mark.exists()
    np.testing.assert_array_equal(made, wanted)


def _die_once(part: pd.DataFrame, mark: str) -> pd.DataFrame:
    """The part; the process ends when the second one is first read."""
    import os
    from pathlib import Path

    if len(part) and part.index[0] > 0 and not Path(mark).exists():
        Path(mark).touch()
        os._exit(1)
    return part


# Spark, Ray, polars ----------------------------------------------------------------------------


def test_spark_gives_the_same_bytes(model, wanted, monkeypatch):
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    import sys

    from pyspark.sql import SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = spark.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    try:
        df = DF.astype({"rating": object, "newsletter": object}).assign(row=np.arange(len(DF)))
        sdf = spark.createDataFrame(pa.Table.from_pandas(df, preserve_index=False)).repartition(3)
        made = frameumap.spark.transform(sdf, model).toPandas().sort_values("row")
        np.testing.assert_array_equal(made[["umap_0", "umap_1"]], wanted)
        one, other = (
            frameumap.spark.fit_sample(sdf.drop("row").repartition(n), rows=200, **OPTIONS)
            for n in (1, 4)
        )
        np.testing.assert_array_equal(one.embedding_, other.embedding_)
    finally:
        spark.stop()


def test_ray_gives_the_same_bytes(model, wanted):
    ray = pytest.importorskip("ray")
    pytest.importorskip("ray.data")

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        ds = ray.data.from_arrow(pa.Table.from_pandas(DF, preserve_index=False)).repartition(3)
        made = frameumap.ray.transform(ds, model).to_pandas()
        found = set(map(tuple, made[["umap_0", "umap_1"]].to_numpy().tolist()))
        assert found == set(map(tuple, wanted.tolist()))
    finally:
        ray.shutdown()


def test_polars_streams(model, wanted, tmp_path):
    polars = pytest.importorskip("polars")
    DF.to_parquet(tmp_path / "t.parquet", row_group_size=100)
    lf = polars.scan_parquet(tmp_path / "t.parquet")
    lazy = frameumap.polars.transform(lf, model, segments=model.cluster())
    assert lazy.collect_schema().names()[-4:] == ["umap_0", "umap_1", "segment", "membership"]
    lazy.sink_parquet(tmp_path / "placed.parquet")
    made = polars.read_parquet(tmp_path / "placed.parquet")
    np.testing.assert_array_equal(made.select("umap_0", "umap_1"), wanted)
    other = frameumap.fit_sample(lf, rows=200, **OPTIONS)
    assert len(other.embedding_) == len(model.embedding_)
