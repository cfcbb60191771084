"""Pictures against stored ones, by structure; and that what is broken on purpose is noticed."""

import json

import numpy as np
import pictures
import pytest

mpl = pytest.importorskip("matplotlib")
mpl.use("agg")
STORED = json.loads(pictures.STORED.read_text())


@pytest.fixture(scope="module")
def model():
    return pictures.model_of_fixed_places()


@pytest.fixture(autouse=True)
def close():
    yield
    from matplotlib import pyplot as plt

    plt.close("all")


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_is_as_the_stored_one(model, name):
    found = pictures.describe(pictures.PICTURES[name](model))
    assert pictures.differences(found, STORED[name]) == []


def test_every_stored_picture_is_drawn_and_the_file_is_small():
    assert list(STORED) == list(pictures.PICTURES)
    assert pictures.STORED.stat().st_size < 80_000


def turned(figure):
    figure.axes[0].invert_yaxis()


def without_legend(figure):
    figure.axes[0].get_legend().remove()


def other_title(figure):
    figure.axes[0].set_title("x", loc="left")


def two_colours_swapped(figure):
    points = figure.axes[0].collections[0]
    colors = points.get_facecolors()
    first, second = np.unique(colors, axis=0)[[0, -1]]
    new = colors.copy()
    new[(colors == first).all(axis=1)], new[(colors == second).all(axis=1)] = second, first
    points.set_facecolors(new)


def fainter(figure):
    figure.axes[0].collections[0].set_sizes([1.0])


def smaller_axes(figure):
    figure.set_layout_engine("none")
    left, bottom, width, height = figure.axes[0].get_position().bounds
    figure.axes[0].set_position((left, bottom, 0.8 * width, height))


@pytest.mark.parametrize(
    "damage",
    [turned, without_legend, other_title, two_colours_swapped, fainter, smaller_axes],
)
def test_damage_is_noticed(model, damage):
    figure = pictures.PICTURES["levels"](model)
    figure.canvas.draw()
    damage(figure)
    assert pictures.differences(pictures.describe(figure), STORED["levels"])
