"""Code that rounds alike on every processor: nothing is fused, reordered or approximated."""

import os
import sys

import pytest
from frames import ROOT, python

#: The distances and the bandwidths that everything else is made of.
CODE = """
import re
import numpy as np
from frameumap import metrics
from frameumap.engine.jit import metric_kernel
from frameumap.graph.membership import _smooth_knn

@metric_kernel
def dot(x, y):
    total = 0.0
    for i in range(x.shape[0]):
        total += x[i] * y[i]
    return total

rows = np.random.default_rng(0).normal(size=(2, 400)).astype(np.float32)
dot(*rows)
distances = np.sort(np.abs(np.random.default_rng(1).normal(size=(40, 15)).astype(np.float32)))
distances[:, 0] = 0
rho, sigma = np.empty(40, np.float32), np.empty(40, np.float32)
_smooth_knn(0, 40, distances, 1.0, 1.0, False, rho, sigma)
fused = {name: len(re.findall(r"\\bvf(?:n?m(?:add|sub))", asm)) for name, f in
         (("dot", dot), ("smooth", _smooth_knn))[:INSPECTED] for asm in f.inspect_asm().values()}
print(fused, metrics.get("euclidean")(*rows).hex(), dot(*rows).hex(), sigma.tobytes().hex())
"""


def run(tmp_path, inspected=1, **settings):
    """What the code gives; numba cannot inspect functions that it loads."""
    code = CODE.replace("INSPECTED", str(inspected))
    return python(code, NUMBA_CACHE_DIR=str(tmp_path), **settings)


def test_portable_code_is_that_of_a_plain_processor(tmp_path):
    here = run(tmp_path / "here", 2, FRAMEUMAP_PORTABLE="1")
    there = run(
        tmp_path / "there",
        2,
        FRAMEUMAP_PORTABLE="1",
        NUMBA_CPU_NAME="x86-64",
        NUMBA_CPU_FEATURES="",
    )
    assert here == there
    assert "{'dot': 0, 'smooth': 0}" in here


def test_portable_code_has_a_cache_of_its_own(tmp_path):
    plain = run(tmp_path)
    names = {path.name for path in tmp_path.rglob("*.nbi")}
    portable = run(tmp_path, FRAMEUMAP_PORTABLE="1")
    added = {path.name for path in tmp_path.rglob("*.nbi")} - names
    assert any(".portable" in name for name in added)
    assert all("portable" in name for name in added)
    assert run(tmp_path) == plain
    assert run(tmp_path, FRAMEUMAP_PORTABLE="1") == portable


@pytest.mark.skipif(
    not os.environ.get("FRAMEUMAP_MACHINES"), reason="compiles everything twice: some minutes"
)
def test_whole_fits_are_the_same_on_a_plain_processor(tmp_path):
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import machines

    portable = {"FRAMEUMAP_PORTABLE": "1"}
    here = machines.run(300, portable, tmp_path, "here")
    there = machines.run(300, {**machines.PLAIN, **portable}, tmp_path, "there")
    told = {name: machines.difference(here[name], there[name]) for name in here}
    told = {name: gap for name, gap in told.items() if gap and not name.endswith("seconds")}
    assert told == {}
