"""Nothing that a caller can change is the state of a model: results and inputs."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frames import mixed

import frameumap

N = 60


def reachable(value, path, seen, depth=0):
    """Everything under `value` that can be changed in place, by its path of public names."""
    if id(value) in seen or depth > 5:
        return
    seen[id(value)] = value  # kept alive, so that no id is used twice
    if isinstance(value, (np.ndarray, pd.DataFrame, pd.Series, dict, list, frameumap.Schema)):
        yield path, value
    if scipy.sparse.issparse(value):
        for name in ("data", "indices", "indptr"):
            yield f"{path}.{name}", getattr(value, name)
    elif isinstance(value, dict):
        for key, inner in list(value.items()):
            yield from reachable(inner, f"{path}[{key!r}]", seen, depth + 1)
    elif isinstance(value, (list, tuple)):
        for i, inner in enumerate(value):
            yield from reachable(inner, f"{path}[{i}]", seen, depth + 1)
    elif type(value).__module__.startswith("frameumap"):
        for name in dir(value):
            inner = None if name.startswith("_") else getattr(value, name, None)
            if inner is not None and not callable(inner):
                yield from reachable(inner, f"{path}.{name}", seen, depth + 1)


def spoil(value):
    """Change it as much as it lets itself be changed."""
    if isinstance(value, np.ndarray) and value.size:
        value[...] = value.ravel()[-1] if value.dtype.kind == "O" else 0
    elif isinstance(value, pd.DataFrame):
        for column in list(value.columns):
            del value[column]
    elif isinstance(value, pd.Series):
        value.iloc[:] = value.iloc[-1]
    elif isinstance(value, frameumap.Schema):
        for name in list(value):
            value[name] = "ignored"
    elif isinstance(value, (dict, list)):
        value.clear()


def answers(model, segments, new, path):
    """Bytes of all that the model's state decides."""
    model.save(path)
    return {
        "file": path.read_bytes(),
        "transform": np.asarray(model.transform(new)).tobytes(),
        "inverse": model.inverse_transform(np.zeros((2, 2))).to_csv(),
        "compare": model.compare(1, 2).to_csv(),
        "neighbors": model.neighbors(k=3).indices.tobytes(),
        "embedding": model.embedding_.tobytes(),
        "graph": model.graph_.data.tobytes(),
        "influence": model.influence_.to_csv(),
        "columns": model.column_influence_.to_csv(),
        "groups": repr(model.groups_),
        "schema": repr(model.schema_),
        "labels": segments.labels.tobytes(),
        "frame": segments.to_frame().to_csv(),
        "predict": segments.predict(new).tobytes(),
        "coarse": segments.at(0).labels.tobytes(),
    }


@pytest.mark.parametrize("calibration", ["global", "local"])
def test_changing_a_result_does_not_change_the_model(calibration, tmp_path):
    y = pd.Series(np.arange(N) % 3)
    model = frameumap.FrameUMAP(n_epochs=3, calibration=calibration, balance="auto")
    model.fit(mixed(N), y)
    segments, new = model.cluster(), mixed(7, seed=9)
    assert segments.names
    before = answers(model, segments, new, tmp_path / "model")
    roots = {
        "model": model,
        "segments": segments,
        "description": model.describe(segments),
        "trust": model.trust(),
        "neighbors": model.neighbors(k=3),
        "compare": model.compare(0, 1),
        "disagreement": model.disagreement(),
        "transform": model.transform(mixed(N)),
        "inverse": model.inverse_transform(np.zeros((1, 2))),
        "frame": segments.to_frame(),
        "dict": segments.to_dict(),
        "params": model.get_params(),
        "names": model.get_feature_names_out(),
    }
    found = [thing for name, root in roots.items() for thing in reachable(root, name, {})]
    names = {path for path, _ in found}
    wanted = {"model.embedding_", "model.graph_.data", "model.influence_", "model.balance_"}
    wanted |= {"model.schema_", "model.groups_", "segments.labels", "segments.memberships.data"}
    wanted |= {"segments.layers[0][3]", "model.feature_names_in_"}
    assert wanted <= names, wanted - names
    assert any(p.startswith("model.groups_[") and p.endswith(".data") for p in names)
    for _, value in found:
        spoil(value)
    after = answers(model, segments, new, tmp_path / "model")
    assert [name for name in before if before[name] != after[name]] == []


def test_changing_the_inputs_after_the_fit_does_not_change_the_model(tmp_path):
    df, weights = mixed(N), np.ones(N)
    vectors = np.random.default_rng(0).normal(size=(N, 3))
    df["vector"] = list(vectors)
    inputs = {
        "df": df,
        "y": pd.Series(np.arange(N) % 3),
        "weights": weights,
        "init": np.random.default_rng(1).normal(size=(N, 2)),
        "schema": frameumap.infer_schema(df),
        "counts": {"plan": 2.0},
        "vectors": vectors,
    }
    model = frameumap.FrameUMAP(
        inputs["schema"], n_epochs=3, init=inputs["init"], weights=inputs["counts"]
    ).fit(df, inputs["y"], sample_weight=weights)
    segments, new = model.cluster(), df.iloc[:7].copy(deep=True)
    new = pickle.loads(pickle.dumps(new))  # lists too
    before = answers(model, segments, new, tmp_path / "model")
    for list_ in df["tags"].dropna():
        list_.clear()
    for value in inputs.values():
        spoil(value)
    after = answers(model, segments, new, tmp_path / "model")
    assert [name for name in before if before[name] != after[name]] == []


def test_a_fit_does_not_change_its_inputs():
    df, y = mixed(N), pd.Series(np.arange(N) % 3, name="y")
    init, weights = np.random.default_rng(1).normal(size=(N, 2)).astype(np.float32), np.ones(N)
    kept = copy.deepcopy((df, y, init, weights))
    frameumap.FrameUMAP(n_epochs=3, init=init).fit(df, y, sample_weight=weights)
    pd.testing.assert_frame_equal(df, kept[0])
    pd.testing.assert_series_equal(y, kept[1])
    assert np.array_equal(init, kept[2])
    assert np.array_equal(weights, kept[3])


def test_a_callback_gets_copies():
    df = mixed(N)
    quiet = frameumap.FrameUMAP(n_epochs=30).fit(df).embedding_
    loud = frameumap.FrameUMAP(n_epochs=30).fit(df, callback=lambda epoch, Y: Y.fill(1e6))
    assert loud.embedding_.tobytes() == quiet.tobytes()


def test_parameters_set_after_the_fit_are_not_those_of_the_file(tmp_path):
    model = frameumap.FrameUMAP(n_epochs=3, min_dist=0.2).fit(mixed(N))
    placed = model.transform(mixed(5, seed=1))
    model.set_params(min_dist=0.5, n_components=3, n_neighbors=4)
    model.save(tmp_path / "model")
    loaded = frameumap.FrameUMAP.load(tmp_path / "model")
    assert loaded.get_params()["min_dist"] == 0.2
    assert np.array_equal(loaded.transform(mixed(5, seed=1)), placed)
