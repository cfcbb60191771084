"""Metrics refuse numbers that have no meaning to them, with column and row."""

import warnings

import numpy as np
import pandas as pd
import pytest
from frameumap.metrics import get

import frameumap
from frameumap import FrameUMAP

DOMAINS = {name: get(name).domain for name in frameumap.metrics.names() if get(name).domain}


@pytest.mark.parametrize("as_list", [False, True])
@pytest.mark.parametrize("metric", DOMAINS)
def test_other_numbers_are_refused(metric, as_list):
    values = (np.random.default_rng(0).random((30, 4)) < 0.5).astype(float)
    values[17, 2] = {"flags": 2.0, "counts": -1.0}[DOMAINS[metric]]
    index = pd.Index([f"r{i}" for i in range(30)])
    df = pd.DataFrame(values, columns=list("abcd"), index=index)
    schema = {tuple("abcd"): metric}
    if as_list:
        df, schema = pd.DataFrame({"c": list(values)}, index=index), {"c": metric}
    with pytest.raises(frameumap.DataError, match=f"column 'c', row 'r17': metric '{metric}' take"):
        FrameUMAP(schema).fit(df)


def test_new_rows_are_refused_too():
    df = pd.DataFrame(np.random.default_rng(0).random((30, 2)), columns=["a", "b"])
    model = FrameUMAP({("a", "b"): "hellinger"}, n_epochs=1).fit(df)
    new = df.copy()
    new.loc[3, "b"] = -0.1
    with pytest.raises(frameumap.DataError, match="column 'b', row 3"):
        model.transform(new)


@pytest.mark.parametrize("metric", ["jaccard", "dice"])
def test_sets_of_yes_and_no_name_the_metric_of_flags(metric):
    df = pd.DataFrame({"a": [True, False] * 10})
    with pytest.raises(frameumap.DataError, match=f"{metric}_binary"):
        FrameUMAP({"a": metric}).fit(df)


SPARSE = [name for name in frameumap.metrics.names() if get(name).accepts == "sparse"]


@pytest.mark.parametrize("metric", SPARSE)
@pytest.mark.parametrize("values", [[1.5, 2.5], ["a", "b"], [[1], [2]]])
def test_metrics_of_sparse_rows_take_no_others(metric, values):
    df = pd.DataFrame({"q": pd.Series(values * 10, dtype=object)})
    with pytest.raises(frameumap.FrameUMAPError, match="'q'"):
        FrameUMAP({"q": metric}).fit(df)


VECTOR = [name for name in frameumap.metrics.names() if get(name).accepts == "vector"]


@pytest.mark.parametrize("metric", VECTOR)
def test_lists_of_no_numbers_are_refused(metric):
    df = pd.DataFrame({"q": pd.Series([[]] * 10, dtype=object)})
    with pytest.raises(frameumap.FrameUMAPError, match="'q'"):
        FrameUMAP({"q": metric}).fit(df)


#: Numbers that a metric may or may not take: with finite results, or an error that names a column.
HARD = {
    "far": lambda x: x * 1e3 + 1e12,
    "huge": lambda x: x * 1e200,
    "tiny": lambda x: x * 1e-300,
    "denormal": lambda x: x * 5e-320,
    "constant": np.ones_like,
    "zeros": np.zeros_like,
    "one value": lambda x: (
        np.where(np.arange(len(x))[:, None] == 0, 1.0, 0.0) * np.ones(x.shape[1])
    ),
    "negative": np.negative,
    "signed zeros": lambda x: np.where(x < 0.5, -0.0, x),
    "ends of float64": lambda x: np.where(x > 0.5, 1.7e308, -1.7e308),
    "several units": lambda x: x * np.array([1e-200, 1, 1e100, 1e12]),
    "gaps": lambda x: np.where(x < 0.2, np.nan, x),
    "a row of gaps": lambda x: np.where(np.arange(len(x))[:, None] == 3, np.nan, x),
    "nothing": lambda x: np.full_like(x, np.nan),
    "infinity": lambda x: np.where(x == x.max(), np.inf, x),
}


@pytest.mark.parametrize("metric", VECTOR)
def test_hard_numbers_give_finite_results_or_a_named_error(metric):
    values = np.random.default_rng(0).random((20, 4))
    for name, make in HARD.items():
        df = pd.DataFrame(make(values), columns=["q1", "q2", "q3", "q4"])
        columns = ("q1", "q2") if "haversine" in metric else tuple(df)
        told = ""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", frameumap.FrameUMAPWarning)
                model = FrameUMAP({columns: metric}, n_epochs=1, n_neighbors=5).fit(df)
                placed = model.transform(df)
        except frameumap.FrameUMAPError as error:
            told = str(error)
        if told:
            assert "'q" in told or f"'{metric}'" in told, (name, told)
            continue
        assert np.isfinite(model.embedding_).all(), name
        assert np.isfinite(placed).all(), name
        assert len(model.inverse_transform(model.embedding_[:2])) == 2, name
