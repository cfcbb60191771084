"""Metrics refuse numbers that have no meaning to them, with column and row."""

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
