"""Pictures: what is drawn, what is said, and that no two names overlap."""

from __future__ import annotations

import dataclasses
import io
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from frames import mixed
from hypothesis import given, settings
from hypothesis import strategies as st

import frameumap
from frameumap.errors import DataError, ParameterError
from frameumap.show.labels import leader, place_names
from frameumap.show.segments import anchors, segment_colors

mpl = pytest.importorskip("matplotlib")
mpl.use("agg")


@pytest.fixture(scope="module")
def fitted():
    df = mixed(160, 2)
    schema = {"amount": "numeric", "plan": "categorical", "grade": "ordinal", "age": "numeric",
              "vip": "boolean"}  # fmt: skip
    return df, frameumap.FrameUMAP(schema, n_neighbors=8, n_epochs=10).fit(df)


@pytest.fixture(autouse=True)
def close():
    yield
    from matplotlib import pyplot as plt

    plt.close("all")


def legend_texts(ax):
    return [t.get_text() for t in ax.get_legend().get_texts()]


def test_levels_get_a_legend_with_counts(fitted):
    df, model = fitted
    ax = model.plot("plan")
    counts = df["plan"].value_counts()
    expected = [f"{level}  {count}" for level, count in counts.items()]
    assert sorted(legend_texts(ax)[:-1]) == sorted(expected)
    assert legend_texts(ax)[-1] == f"no value  {df['plan'].isna().sum()}"
    drawn = ax.collections[0]
    assert len(drawn.get_offsets()) == len(df)
    assert len(np.unique(drawn.get_facecolors()[:, :3], axis=0)) == 4


def test_every_row_has_the_colour_of_its_level(fitted):
    df, model = fitted
    ax = model.plot("plan", df=df)
    by_place = {
        tuple(xy): tuple(c[:3])
        for xy, c in zip(
            ax.collections[0].get_offsets().data.round(4),
            ax.collections[0].get_facecolors(),
            strict=True,
        )
    }
    places = model.embedding_[:, :2].astype(float).round(4)
    found = {(level, by_place[tuple(xy)])
             for level, xy in zip(df["plan"].fillna("gap"), places, strict=True)}  # fmt: skip
    assert len(found) == len({level for level, _ in found}) == len({c for _, c in found}) == 4


def test_numbers_get_a_scale_with_their_quarters(fitted):
    df, model = fitted
    ax = model.plot("age", df=df)
    (inset,) = ax.child_axes
    said = [float(t.get_text()) for t in inset.get_yticklabels()]
    np.testing.assert_allclose(said, df["age"].quantile([0, 0.25, 0.5, 0.75, 1]), atol=1)
    assert inset.get_title(loc="left") == "age"
    assert "coloured by age" in ax.get_title(loc="left")


def test_grades_stand_in_order(fitted):
    _, model = fitted
    ax = model.plot("grade")
    assert [t.split("  ")[0] for t in legend_texts(ax)] == ["D", "C", "B", "A"]


def test_an_array_or_a_further_column_colours(fitted):
    df, model = fitted
    assert model.plot(np.arange(len(df))).child_axes
    assert "joined" in model.plot("joined", df=df).get_title(loc="left")
    assert model.plot("density").child_axes
    assert model.plot().get_legend() is None


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (("nope",), DataError, "no column of the fit"),
        ((np.arange(3),), DataError, "3 values"),
        (("plan", 7), ParameterError, "labels must be"),
    ],
)
def test_what_is_wrong_is_named(fitted, arguments, error, said):
    with pytest.raises(error, match=said):
        fitted[1].plot(*arguments)


def test_names_of_segments_never_overlap_and_lie_inside():
    rng = np.random.default_rng(0)
    for count in (3, 12, 40):
        points = np.concatenate([rng.normal(rng.uniform(-9, 9, 2), 0.5, (60, 2))
                                 for _ in range(count)])  # fmt: skip
        labels = np.repeat(np.arange(count), 60)
        segments = SimpleNamespace(
            labels=labels, names=[f"segment of {'long ' * (s % 4)}{s}" for s in range(count)]
        )
        ax = fake_model(points).plot(segments)
        ax.figure.canvas.draw()
        renderer = ax.figure.canvas.get_renderer()
        boxes = [t.get_window_extent(renderer) for t in ax.texts if t.get_gid() == "name"]
        assert len(boxes) == count
        frame = ax.get_window_extent(renderer)
        for i, a in enumerate(boxes):
            assert frame.x0 - 1 <= a.x0
            assert a.x1 <= frame.x1 + 1
            assert not any(a.overlaps(b) for b in boxes[:i])


def fake_model(points):
    """A fitted model with other positions."""
    df = pd.DataFrame({"a": np.arange(len(points)) % 7, "b": np.sin(np.arange(len(points)))})
    model = frameumap.FrameUMAP({"a": "categorical", "b": "numeric"}, n_neighbors=5,
                                n_epochs=1).fit(df)  # fmt: skip
    model._model = dataclasses.replace(model._model, embedding=points.astype(np.float32))
    return model


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 40))
def test_placed_names_are_apart(seed, count):
    rng = np.random.default_rng(seed)
    places = rng.uniform(100, 900, (count, 2))
    sizes = np.column_stack([rng.uniform(30, 160, count), np.full(count, 14.0)])
    found = place_names(places, sizes, (1000, 1000), rng.uniform(0, 1000, (500, 2)))
    boxes = [
        (p.x - w / 2, p.y - h / 2, p.x + w / 2, p.y + h / 2)
        for p, (w, h) in zip(found, sizes, strict=True)
        if p is not None
    ]
    assert len(boxes) == count
    for i, a in enumerate(boxes):
        assert min(a) >= 0
        assert max(a) <= 1000
        for b in boxes[:i]:
            assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]


def test_a_leader_runs_from_the_border_of_the_name_to_its_place():
    line = leader(np.array([0.0, 0.0]), np.array([100.0, 0.0]), np.array([40.0, 10.0]))
    np.testing.assert_allclose(line, [[22, 0], [100, 0]])
    assert leader(np.zeros(2), np.array([10.0, 0.0]), np.array([40.0, 10.0])) is None


def test_anchors_are_where_most_rows_of_a_segment_are():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(0, 0.2, (90, 2)), rng.normal(8, 0.2, (10, 2))])
    (place,) = anchors(points, np.zeros(100, int), 1)
    assert np.hypot(*place) < 0.5


def test_neighbouring_segments_differ_in_colour():
    places = np.column_stack([np.arange(30.0), np.zeros(30)])
    order = np.random.default_rng(0).permutation(30)
    colors = np.empty(30, object)
    colors[order] = segment_colors(places[order])
    assert all(a != b for a, b in pairwise(colors))


def test_many_rows_are_an_image_and_the_file_stays_small():
    rng = np.random.default_rng(0)
    n = 120_000
    which = rng.integers(0, 3, n)
    model = fake_model(rng.normal(np.array([[0, 0], [6, 0], [0, 6]])[which], 0.5))
    ax = model.plot(np.array(["a", "b", "c"])[which])
    assert not ax.collections
    assert len(ax.images) == 1
    file = io.BytesIO()
    ax.figure.savefig(file, format="pdf")
    assert len(file.getvalue()) < 2e6
    image = ax.images[0].get_array()
    filled = image[image[:, :, 3] > 150][:, :3].astype(int)
    for color in ("3f90da", "ffa90e", "bd1f01"):
        wanted = np.array([int(color[i : i + 2], 16) for i in (0, 2, 4)])
        assert (np.abs(filled - wanted).max(axis=1) < 12).sum() > 500


def test_one_panel_a_column(fitted):
    df, model = fitted
    figure = model.small_multiples()
    titles = [ax.get_title(loc="left") for ax in figure.axes if ax.get_visible()]
    assert sorted(titles) == ["age", "amount", "grade", "plan", "vip"]
    some = model.small_multiples(["name", "plan"], df=df)
    assert [ax.get_title(loc="left") for ax in some.axes[:2]] == ["name", "plan"]


@pytest.mark.parametrize("components", [1, 3])
def test_maps_of_other_dimensions_are_drawn(components):
    df = mixed(60)
    model = frameumap.FrameUMAP({"age": "numeric", "plan": "categorical"}, n_neighbors=5,
                                n_epochs=2, n_components=components).fit(df)  # fmt: skip
    assert len(model.plot("plan").collections[0].get_offsets()) == 60


def test_hostile_names_are_drawn_as_they_are(fitted):
    df, model = fitted
    bad = df.assign(bad=np.array(["$x^2$", "a\x00\x07b", "\u202eabc", "<b>", "x" * 10**5] * 32))
    ax = model.plot("bad", df=bad)
    ax.figure.canvas.draw()
    texts = legend_texts(ax)
    assert "$x^2$  32" in texts
    assert "ab  32" in texts
    assert max(map(len, texts)) < 60


def test_without_matplotlib_the_error_says_what_to_install(fitted, monkeypatch):
    import builtins

    real = builtins.__import__

    def no_matplotlib(name, *rest, **more):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", no_matplotlib)
    with pytest.raises(ParameterError, match=r"frameumap\[plot\]"):
        fitted[1].plot()
