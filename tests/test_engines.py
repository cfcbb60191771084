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


def _dask_frame(df=DF, partitions=3):
    """Of the frame; without the option lists become strings, see below."""
    dask = pytest.importorskip("dask")
    dd = pytest.importorskip("dask.dataframe")
    with dask.config.set({"dataframe.convert-string": False}):
        return dd.from_pandas(df, npartitions=partitions)


def test_dask_gives_the_same_bytes(model, wanted):
    dask = pytest.importorskip("dask")
    with dask.config.set(scheduler="sync"):
        other = frameumap.dask.fit_sample(_dask_frame(partitions=5), rows=200, **OPTIONS)
        np.testing.assert_array_equal(other.embedding_, model.embedding_)
        for partitions in (1, 4):
            lazy = frameumap.dask.transform(_dask_frame(partitions=partitions), model)
            assert list(lazy.columns) == ["umap_0", "umap_1"]
            assert (lazy.dtypes == np.float32).all()
            made = lazy.compute()
            np.testing.assert_array_equal(made, wanted)
            assert made.index.equals(DF.index)


def test_dask_reads_lists_of_parquet_files_and_puts_rows_into_segments(model, wanted, tmp_path):
    dd = pytest.importorskip("dask.dataframe")
    DF[:300].to_parquet(tmp_path / "0.parquet")
    DF[300:].to_parquet(tmp_path / "1.parquet")
    segments = model.cluster()
    lazy = frameumap.dask.transform(dd.read_parquet(tmp_path), model, segments)
    made = lazy.compute(scheduler="sync")
    np.testing.assert_array_equal(made[["umap_0", "umap_1"]], wanted)
    np.testing.assert_array_equal(made["segment"], segments.predict(DF))
    assert (made.dtypes == lazy.dtypes).all()


def test_dask_names_what_is_wrong(model):
    dd = pytest.importorskip("dask.dataframe")
    lazy = frameumap.dask.transform(_dask_frame(DF.drop(columns="plan")), model)
    with pytest.raises(DataError, match=r"\['plan'\]"):
        lazy.compute(scheduler="sync")
    with pytest.raises(DataError, match="'tags': Dask has turned lists into strings"):
        frameumap.dask.transform(dd.from_pandas(DF, npartitions=2), model)


def test_a_worker_that_dies_changes_no_byte(model, wanted, tmp_path):
    distributed = pytest.importorskip("distributed")
    mark = tmp_path / "died"
    ddf = _dask_frame(partitions=4).map_partitions(_die_once, str(mark), meta=DF)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster),
    ):
        lazy = frameumap.dask.transform(ddf, model)
        graph = len(pytest.importorskip("cloudpickle").dumps(lazy.expr))
        assert graph < len(Shipped.of(model).data) / 2  # which is with the workers already
        made = lazy.compute()
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


@pytest.mark.filterwarnings("ignore")  # of pyspark about pandas, and of its sockets
def test_spark_gives_the_same_bytes(model, wanted, monkeypatch, tmp_path):
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    import sys

    from pyspark.sql import SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    df = DF.astype({"rating": object}).assign(row=np.arange(len(DF)))
    df.to_parquet(tmp_path / "t.parquet", coerce_timestamps="us")
    spark = spark.getOrCreate()
    try:
        sdf = spark.read.parquet(str(tmp_path / "t.parquet")).repartition(3)
        made = frameumap.spark.transform(sdf, model).toPandas().sort_values("row")
        np.testing.assert_array_equal(made[["umap_0", "umap_1"]], wanted)
        one, other = (
            frameumap.spark.fit_sample(sdf.drop("row").repartition(n), rows=200, **OPTIONS)
            for n in (1, 4)
        )
        np.testing.assert_array_equal(one.embedding_, other.embedding_)
    finally:
        spark.stop()


@pytest.mark.filterwarnings("ignore")  # of ray about itself, and of its sockets
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
