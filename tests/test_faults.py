"""A metric that fails is reported, whichever public method runs it."""

import numba
import numpy as np
import pytest
from frames import mixed

import frameumap
from frameumap import FrameUMAP, MetricError
from frameumap.engine.rows import ADDRESS
from frameumap.model.model import edge_radii

SCHEMA = {("amount", "age"): "manhattan", "name": "levenshtein", "plan": "categorical"}


@numba.njit
def never_finite(x, y):
    return np.nan


@pytest.fixture
def model():
    """A fitted model all of whose metrics fail from now on."""
    df = mixed(80, gaps=False)[["amount", "age", "name", "plan"]]
    fitted = FrameUMAP(SCHEMA, n_epochs=2, n_neighbors=5).fit(df)
    rows = fitted._model.packed.rows
    rows.table_of[:] = -1
    for g, metric in enumerate(fitted._model.packed.metrics):
        broken = frameumap.metrics.Metric(f"broken {metric.accepts}", never_finite, metric.accepts)
        rows.groups[g, ADDRESS] = broken.address
    return fitted


NEW = mixed(10, seed=5, gaps=False)
CALLS = {
    "transform": lambda m: m.transform(NEW),
    "update": lambda m: m.update(NEW),
    "reweight": lambda m: m.reweight({"plan": 2}),
    "reweight, union": lambda m: m.reweight(combine="union"),
    "influence_": lambda m: m.influence_,
    "fuzzy_set": lambda m: m.groups_["plan"].graph,
    "inverse_transform": lambda m: m.inverse_transform(m.embedding_[:3]),
    "density": lambda m: edge_radii(m._model, m.graph_),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_fault_is_raised_by_every_method(name, model):
    with pytest.raises(MetricError, match="must be (a )?finite"):
        CALLS[name](model)
