import tracemalloc

import numpy as np
import pandas as pd
import pytest
from frames import mixed, packed, python

import frameumap
from frameumap.kinds.encode import packed_words
from frameumap.model import memory


@pytest.mark.parametrize("gaps", [False, True])
def test_words_are_known_before_packing(gaps):
    df = mixed(60, gaps=gaps)
    df["vector"] = [[float(i), 1.0, 2.0] for i in range(60)]
    groups, _, result = packed(df)
    assert packed_words(df, groups) == result.rows.cells.shape[1]


@pytest.mark.parametrize(("n", "columns", "k"), [(60_000, 6, 15), (30_000, 60, 15)])
def test_the_estimate_is_what_is_taken(n, columns, k):
    rng = np.random.default_rng(0)
    df = (
        pd.DataFrame(rng.normal(size=(n, 3)) @ rng.normal(size=(3, columns)))
        .rename(columns=str)
        .assign(c=rng.choice(list("abc"), n))
    )
    frameumap.FrameUMAP(n_neighbors=k, n_epochs=2).fit(
        df.head(50)
    )  # what is loaded once is not counted
    tracemalloc.start()
    frameumap.FrameUMAP(n_neighbors=k, n_epochs=2).fit(df)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    estimate = memory.estimate_bytes(n, columns + 1, k)
    assert 0.5 * estimate < peak < 1.1 * estimate


def test_what_cannot_fit_is_said_before_work_begins(monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 1_000_000)
    monkeypatch.setattr("frameumap.estimator.prepare_model", lambda *_: pytest.fail("work began"))
    with pytest.raises(
        frameumap.CapacityError,
        match=r"2,000 rows of \d+ packed columns .* takes about .* GB, and 0.0 GB are free",
    ):
        frameumap.embed(mixed(2000))
    assert issubclass(frameumap.CapacityError, MemoryError)


def test_the_limit_of_the_process_counts():
    code = """
import resource, numpy as np, pandas as pd, frameumap
df = pd.DataFrame({"a": np.arange(5_000_000.0) * 7 % 1009, "b": np.arange(5_000_000.0) % 7})
frameumap.embed(df.head(20), n_epochs=1)
resource.setrlimit(resource.RLIMIT_AS, (6 * 10**9, 6 * 10**9))
try:
    frameumap.embed(df)
except frameumap.CapacityError as error:
    print(error)
"""
    assert "5,000,000 rows" in python(code)
