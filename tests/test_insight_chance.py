"""p-values against those of `scipy.stats`, which a command does not import for a second's wait."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from frameumap.insight.chance import share_test, two_samples


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=4, max_size=4))
def test_shares_are_judged_by_the_hypergeometric_law(counts):
    had, lacked, had_outside, lacked_outside = counts
    n, m = had + lacked, had_outside + lacked_outside
    above = share_test(had, n, had_outside, m)
    both = share_test(had, n, had_outside, m, two_sided=True)
    if n == 0 or m == 0:
        assert above == both == 1
        return
    law = n + m, had + had_outside, n
    expected = scipy.stats.hypergeom.sf(had - 1, *law), scipy.stats.hypergeom.cdf(had, *law)
    assert above == pytest.approx(min(1, expected[0]), rel=1e-9)
    assert both == pytest.approx(min(1, 2 * min(expected)), rel=1e-9)


def test_shares_of_many_rows():
    expected = scipy.stats.hypergeom.sf(20_499, 1_000_000, 40_000, 500_000)
    assert share_test(20_500, 500_000, 19_500, 500_000) == pytest.approx(expected, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=30),
    st.lists(st.integers(-2, 4), min_size=1, max_size=30),
)
def test_two_samples_are_compared_as_mann_and_whitney_do(a, b):
    wins, p = two_samples(np.array(a, float), np.array(b, float))
    if len(set(a + b)) == 1:
        assert (wins, p) == (len(a) * len(b) / 2, 1)
        return
    expected = scipy.stats.mannwhitneyu(a, b, alternative="two-sided", method="asymptotic")
    assert wins == expected.statistic
    assert p == pytest.approx(expected.pvalue, rel=1e-9)


def test_describing_segments_does_without_scipy_stats():
    code = "import sys, frameumap.insight.profile; sys.exit('scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
