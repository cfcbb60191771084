"""Epochs, steps and samples where nobody says otherwise."""

import numpy as np
import pytest

import frameumap
from frameumap.layout.options import LayoutOptions, default_rate


@pytest.mark.parametrize("epochs", [0, 1, 200, 250, 251, 500, 4000])
def test_the_steps_together_go_as_far_as_250_of_length_1(epochs):
    rate = default_rate(epochs)
    assert 0 < rate <= 1
    assert rate * epochs == pytest.approx(min(epochs, 250))


@pytest.mark.parametrize(("n", "rate"), [(100, 0.5), (10_000, 0.5), (10_001, 1.0)])
def test_small_frames_take_more_and_shorter_steps(n, rate):
    assert LayoutOptions().resolved(n).rate == rate
    assert LayoutOptions(n_epochs=1000).resolved(n).rate == 0.25
    assert LayoutOptions(learning_rate=2.0).resolved(n).rate == 2.0


def test_the_default_is_the_rate_that_it_says():
    X = np.random.default_rng(0).normal(size=(40, 3))
    made = [
        frameumap.FrameUMAP(n_epochs=500, learning_rate=rate).fit(X).embedding_
        for rate in (None, 0.5, np.float32(0.5), 1)
    ]
    np.testing.assert_array_equal(made[0], made[1])
    np.testing.assert_array_equal(made[0], made[2])
    assert not np.array_equal(made[0], made[3])
