"""Every option in every mode does what it says, or is refused by name; docs/options.md is the table."""

import functools
import re
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frames import ROOT

import frameumap
from frameumap import FrameUMAP, ParameterError

N = 48
RNG = np.random.default_rng(0)
CLASS = np.arange(N) % 3
_NUMBERS = RNG.normal(size=(N, 4)) + np.array([1, 1, 0, 1])[None] * CLASS[:, None]
DF = pd.DataFrame(
    {
        "a": _NUMBERS[:, 0],
        "b": _NUMBERS[:, 1],
        "plan": np.array(list("xyz"))[(CLASS + RNG.integers(0, 2, N)) % 3],
        "noise": _NUMBERS[:, 2],
        "place": _NUMBERS[:, 3],
    }
)
DF.loc[[39, 42]] = DF.loc[[0, 3]].to_numpy()  # duplicates
DF = DF.astype(dict.fromkeys(("a", "b", "noise", "place"), float))
SCHEMA = {
    ("a", "b"): frameumap.group(metric="euclidean", name="ab"),
    "plan": "categorical",
    "noise": "numeric",
    "place": "numeric",
}
COUNTS = scipy.sparse.random_array((N, 30), density=0.3, rng=RNG, format="csr")
LABELS = np.array(list("uvw"))[CLASS]
AMOUNTS = CLASS + RNG.normal(size=N)
AMOUNTS[[39, 42]] = AMOUNTS[[0, 3]]
SOME = pd.Series(LABELS, dtype=object).where(np.arange(N) % 7 > 2).to_numpy()
WEIGHTS = np.where(np.arange(N) % 3 == 0, 3.0, 1.0)
START = RNG.normal(size=(N, 2)) * 4

MODES = {
    "plain": {},
    "labels": {"y": LABELS},
    "local": {"calibration": "local"},
    "sphere": {"output_metric": "haversine"},
    "density": {"density": 2.0},
    "1-D": {"n_components": 1},
    "3-D": {"n_components": 3},
    "sample_weight": {"sample_weight": WEIGHTS},
    "unique": {"unique": True},
    "expression": {"combine": "(ab & noise) | place"},
    "one group": {"combine": "ab"},
    "sparse": {"sparse": True},
}
OPTIONS = {
    "weights": {"weights": {"ab": 3.0}},
    "combine": {"combine": "ab - place"},
    'calibration="local"': {"calibration": "local"},
    "n_neighbors": {"n_neighbors": 5},
    "n_components": {"n_components": 5},
    "min_dist": {"min_dist": 0.6},
    "spread": {"spread": 2.0},
    "n_epochs": {"n_epochs": 5},
    "n_epochs=0": {"n_epochs": 0},
    "negative_sample_rate": {"negative_sample_rate": 2},
    "negative_sample_rate=0": {"negative_sample_rate": 0},
    "repulsion_strength": {"repulsion_strength": 0.1},
    "learning_rate": {"learning_rate": 0.1},
    "learning_rate=0": {"learning_rate": 0},
    "set_op_mix_ratio": {"set_op_mix_ratio": 0.2},
    "local_connectivity": {"local_connectivity": 4.0},
    'init="pca"': {"init": "pca"},
    'init="random"': {"init": "random"},
    "init=positions": {"init": START},
    "init=one point": {"init": np.zeros((N, 2))},
    'output_metric="haversine"': {"output_metric": "haversine"},
    "density": {"density": 2.0},
    "unique": {"unique": True},
    "balance": {"balance": "auto"},
    "y: labels": {"y": LABELS},
    "y: amounts": {"y": AMOUNTS},
    "y: some missing": {"y": SOME},
    "target_weight": {"y": LABELS, "target_weight": 0.8},
    "target_weight=0": {"y": LABELS, "target_weight": 0},
    "target_schema": {"y": CLASS, "target_schema": {"y": "numeric"}},
    "target_schema without y": {"target_schema": {"y": "categorical"}},
    "random_state": {"random_state": 5},
    "sample_weight": {"sample_weight": WEIGHTS},
}


def fit(**given):
    """A model of the frame, or of the sparse matrix, and what it was fitted on."""
    arguments = {name: given.pop(name, None) for name in ("y", "sample_weight")}
    sparse = given.pop("sparse", False)
    if not isinstance(given.get("init", ""), str):
        given["init"] = np.resize(given["init"], (N, given.get("n_components", 2)))
    parameters = {"n_epochs": 12, **given}
    schema, rows = ({...: "cosine"}, COUNTS) if sparse else (SCHEMA, DF)
    if sparse and "weights" in parameters:
        parameters["weights"] = {"numbers": 3.0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", frameumap.FrameUMAPWarning)
        return FrameUMAP(schema, **parameters).fit(rows, **arguments), rows


@functools.cache
def alone(mode):
    return fit(**MODES[mode])[0]


def table():
    text = (ROOT / "docs" / "options.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\|(.*)\|$", text.split("<!-- options -->")[1], re.M)
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return cells[0][1:], {row[0]: row[1:] for row in cells[2:]}


def test_the_table_has_all_options_and_modes():
    modes, rows = table()
    assert modes == list(MODES)
    assert list(rows) == list(OPTIONS)
    named = {name for option in OPTIONS.values() for name in option} - {"y", "sample_weight"}
    assert named == set(FrameUMAP().get_params()) - {"schema", "verbose"}


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_does_what_the_table_says(option):
    modes, rows = table()
    for mode, expected in zip(modes, rows[option], strict=True):
        if not expected:
            continue
        given = {**MODES[mode], **OPTIONS[option]}
        if expected == "refused":
            with pytest.raises(ParameterError):
                fit(**given)
            continue
        model, before = fit(**given)[0], alone(mode)
        assert np.isfinite(model.embedding_).all(), mode
        if expected == "same":  # up to rounding
            assert abs(model.graph_ - before.graph_).max() < 1e-4, mode
        else:
            assert not np.array_equal(model.embedding_, before.embedding_), mode


@pytest.mark.parametrize("mode", MODES)
def test_a_fitted_model_does_all_it_can(mode, tmp_path):
    model, rows = fit(**MODES[mode])
    embedding = model.embedding_
    kept = DF.drop_duplicates().index if mode != "sparse" else np.arange(N)
    np.testing.assert_array_equal(model.transform(rows)[kept], embedding[kept])
    assert model.inverse_transform(embedding[:3]).shape == (3, 1 if mode == "sparse" else 5)
    assert model.neighbors(rows[:3], k=2).indices.shape == (3, 2)
    assert model.compare(0, 1).attrs["distance"] > 0
    assert len(model.cluster().labels) == N
    model.save(tmp_path / "model")
    for change in (
        lambda m: m.update(rows[:5]),
        lambda m: m.reweight(combine="union"),
        lambda m: m.reweight({next(iter(model.groups_)): 2.0}),
    ):
        changed = [
            change(m).embedding_
            for m in (fit(**MODES[mode])[0], FrameUMAP.load(tmp_path / "model"))
        ]
        np.testing.assert_array_equal(*changed)
        assert np.isfinite(changed[0]).all()
        assert changed[0].shape[1] == embedding.shape[1]


# What some of them mean -----------------------------------------------------------------------


def within(points, classes):
    """Mean distance within classes, as a share of the mean distance."""
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    same = classes[:, None] == classes[None]
    return gaps[same].mean() / gaps.mean()


@pytest.mark.parametrize("calibration", ["global", "local"])
def test_labels_count_by_their_weight(calibration):
    """Labels have no neighbours of their own under the local calibration, but weigh the edges."""
    classes = RNG.permutation(CLASS)  # nothing in the frame tells them
    found = []
    for weight in (0.0, 0.5, 0.95):
        model, _ = fit(y=classes, target_weight=weight, calibration=calibration, n_epochs=200)
        edges = model.graph_.tocoo()
        same = classes[edges.row] == classes[edges.col]
        found.append(
            (edges.data[same].sum() / edges.data.sum(), -within(model.embedding_, classes))
        )
    shares, spreads = zip(*found, strict=True)
    assert shares[0] + 0.05 < shares[1] < shares[2]
    assert shares[2] > 0.8
    assert spreads[0] < spreads[2]


def test_a_missing_label_is_an_average_one_under_the_local_calibration():
    half = np.where(np.arange(N) < N // 2, CLASS.astype(float), np.nan)
    whole = fit(calibration="local", combine="ab")[0].graph_.toarray()
    labelled = fit(calibration="local", combine="ab", y=half)[0].graph_.toarray()
    assert ((whole > 0) == (labelled > 0)).all()


def test_the_mixture_of_directions_counts_under_the_local_calibration():
    sums = [fit(calibration="local", set_op_mix_ratio=mix)[0].graph_.sum() for mix in (0, 0.5, 1)]
    assert sums[0] < sums[1] < sums[2]


def test_weights_changed_later_are_those_of_a_fit_under_the_local_calibration():
    later = fit(calibration="local")[0].reweight({"place": 4.0})
    at_once = fit(calibration="local", weights={"place": 4.0})[0]
    np.testing.assert_allclose(later.graph_.toarray(), at_once.graph_.toarray(), atol=1e-6)


def test_added_rows_are_calibrated_as_those_of_the_fit():
    """Under the local calibration the scale of a lone group cancels: the graph is that of a fit."""
    df = DF[["a"]].drop_duplicates()
    model = FrameUMAP({"a": "euclidean"}, calibration="local", n_epochs=5)
    at_once = model.fit(df).graph_.toarray()
    later = model.fit(df.iloc[:30]).update(df.iloc[30:]).graph_.toarray()
    np.testing.assert_allclose(later, at_once, atol=2e-4)


def products(places):
    """Cosines of the angles between all pairs of places on a sphere."""
    lat, lon = np.radians(places.astype(float)).T
    points = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    return (points @ points.T)[np.triu_indices(len(points), 1)]


def test_changes_on_a_sphere_start_from_its_places():
    """Up to a turn of the whole sphere."""
    model, _ = fit(output_metric="haversine", n_epochs=500)
    before = products(model.embedding_)
    for change in (lambda: model.update(DF[:2]), lambda: model.reweight({"ab": 1.1})):
        assert np.corrcoef(before, products(change().embedding_[:N]))[0, 1] > 0.5


def test_a_start_on_a_sphere_is_in_degrees():
    places = np.column_stack([RNG.uniform(-80, 80, N), RNG.uniform(-170, 170, N)])
    for still in ({"n_epochs": 0}, {"learning_rate": 0}):
        model, _ = fit(init=places, output_metric="haversine", **still)
        np.testing.assert_allclose(model.embedding_, places, atol=1e-4)
    places[7, 0] = 91
    with pytest.raises(ParameterError, match=r"degrees; row 7"):
        fit(init=places, output_metric="haversine")


def test_a_callback_on_a_sphere_sees_degrees():
    seen = []
    FrameUMAP(SCHEMA, output_metric="haversine", n_epochs=12).fit(
        DF, callback=lambda epoch, places: seen.append(places)
    )
    assert seen[-1].shape == (N, 2)


def test_without_steps_the_start_is_the_embedding():
    for still in ({"n_epochs": 0}, {"learning_rate": 0}):
        np.testing.assert_array_equal(
            fit(init=START, **still)[0].embedding_, START.astype(np.float32)
        )
        assert np.ptp(fit(init=np.ones((N, 2)), **still)[0].embedding_) == 0


@pytest.mark.parametrize("output", ["euclidean", "haversine"])
@pytest.mark.parametrize("unique", [False, True])
def test_a_start_at_one_point_unfolds(output, unique):
    groups = pd.DataFrame({"a": np.repeat([0.0, 100.0], 30) + RNG.normal(size=60)})
    model = FrameUMAP(
        {"a": "euclidean"}, init=np.zeros((60, 2)), output_metric=output, unique=unique
    )
    places = model.fit(groups).embedding_
    if output == "haversine":
        lat, lon = np.radians(places.astype(float)).T
        places = np.column_stack(
            [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
        )
    assert within(places, np.repeat([0, 1], 30)) < 0.9


def test_a_start_beyond_float32_is_refused():
    with pytest.raises(ParameterError, match="finite, in float32 too; row 3"):
        fit(init=np.where(np.arange(N)[:, None] == 3, 1e39, START))


def test_the_density_term_acts_in_changes_too():
    rng = np.random.default_rng(1)
    df = pd.DataFrame(
        rng.normal(size=(200, 3)) * np.repeat([1, 8], 100)[:, None], columns=list("abc")
    )
    df["a"] += np.repeat([0, 60], 100)
    ratios = {}
    for density in (0.0, 5.0):
        model = FrameUMAP({("a", "b", "c"): "euclidean"}, density=density, n_neighbors=10).fit(df)
        places = model.update(df.iloc[:100:10] + 0.01).embedding_[:200]
        tight, wide = (
            np.linalg.norm(p - p.mean(axis=0), axis=1).mean() for p in (places[:100], places[100:])
        )
        ratios[density] = wide / tight
    assert ratios[5.0] > 1.3 * ratios[0.0]
