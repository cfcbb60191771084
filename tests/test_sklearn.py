"""scikit-learn's contract, by its own checks and on mixed frames."""

import warnings

import numpy as np
import pandas as pd
import pytest
from frames import mixed, python

import frameumap
from frameumap import FrameUMAP

sklearn = pytest.importorskip("sklearn")

DF = mixed(160)

#: The reason why a check does not hold.
EXPECTED = {
    f"check_sample_weight_equivalence_on_{kind}_data": "whole weights are repeated rows in scales, "
    "neighbours, rho and sigma; a layout of more rows draws other random numbers"
    for kind in ("dense", "sparse")
}


def test_every_check_of_scikit_learn_passes():
    from sklearn.utils.estimator_checks import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(
            FrameUMAP(n_epochs=5), on_fail=None, on_skip=None, expected_failed_checks=EXPECTED
        )
    failed = {
        r["check_name"]: str(r["exception"])
        for r in results
        if r["status"] not in ("passed", "skipped", "xfail")
    }
    assert failed == {}
    assert {r["check_name"] for r in results if r["status"] == "xfail"} == set(EXPECTED)
    assert sum(r["status"] == "passed" for r in results) > 35


def test_parameters_and_clones():
    from sklearn.base import clone, is_clusterer

    model = FrameUMAP({"age": "numeric"}, n_neighbors=7)
    copy = clone(model)
    assert copy is not model
    assert copy.get_params() == model.get_params()
    assert repr(copy) == "FrameUMAP(n_neighbors=7)"
    assert not is_clusterer(copy)
    with pytest.raises(frameumap.ParameterError, match="n_neighbours.*did you mean 'n_neighbors'"):
        model.set_params(n_neighbours=3)


@pytest.mark.parametrize("container", ["pandas", "polars", "default"])
def test_containers(container):
    if container == "polars":
        pytest.importorskip("polars")
    frame = DF.set_index(np.arange(160) * 3)
    model = FrameUMAP(n_epochs=5).set_output(transform=container)
    for made in (model.fit_transform(frame), model.transform(frame)):
        assert type(made).__module__.startswith(container if container != "default" else "numpy")
        np.testing.assert_array_equal(np.asarray(made), model.embedding_)
        if container == "pandas":
            pd.testing.assert_index_equal(made.index, frame.index)
    assert model.get_feature_names_out().tolist() == ["umap_0", "umap_1"]
    with sklearn.config_context(transform_output="pandas"):
        assert isinstance(FrameUMAP(n_epochs=5).fit_transform(frame), pd.DataFrame)


def test_pipelines_and_searches():
    from sklearn.model_selection import GridSearchCV
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline

    y = (DF["age"] > 50).to_numpy()
    search = GridSearchCV(
        make_pipeline(FrameUMAP(n_epochs=10), KNeighborsClassifier(5)),
        {"frameumap__n_neighbors": [5, 10]},
        cv=2,
        error_score="raise",
    )
    search.fit(DF, y)
    assert search.best_score_ > 0.5
    assert search.predict(DF).shape == (160,)


def test_attributes_of_a_fit():
    model = FrameUMAP(n_epochs=5).fit(DF)
    assert model.n_features_in_ == DF.shape[1]
    assert model.feature_names_in_.tolist() == DF.columns.tolist()
    model.fit(DF[["age", "amount"]].fillna(0).to_numpy())
    assert model.n_features_in_ == 2
    assert not hasattr(model, "feature_names_in_")


def test_scikit_learn_is_loaded_by_those_who_have_it_alone():
    code = """
import sys
from frames import mixed
import frameumap
model = frameumap.FrameUMAP(n_epochs=2).fit(mixed(50))
model.transform(mixed(5)); repr(model); model.get_params(); model.save({!r})
print("sklearn" in sys.modules)
"""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        assert python(code.format(str(Path(folder) / "model"))).strip() == "False"
