"""The same frame and seed give the same bytes; a second process compiles nothing and imports fast."""

import json

import pytest
from frames import python

EMBED = """
import hashlib, json, frameumap
from frames import mixed
df = mixed({rows})
out = {{}}
for combine, dims in (("intersection", 2), ("union", 3)):
    xy = frameumap.embed(df, {schema}, combine=combine, n_components=dims, n_epochs=30)
    out[combine] = hashlib.sha256(xy.to_numpy().tobytes()).hexdigest()
print(json.dumps(out))
"""
SCHEMA = '{"amount": "numeric", "plan": "categorical", ("lat", "lon"): "haversine", "name": "levenshtein"}'


@pytest.mark.parametrize(
    ("rows", "schema"), [(500, "None"), (10_500, SCHEMA)], ids=["exact", "descent"]
)
def test_same_bytes_on_any_number_of_threads_and_in_any_process(rows, schema):
    code = EMBED.format(rows=rows, schema=schema)
    runs = [
        python(code, NUMBA_NUM_THREADS=threads, OPENBLAS_NUM_THREADS=threads)
        for threads in ("1", "2", "4", "2")
    ]
    assert len(set(runs)) == 1


def test_another_seed_gives_another_layout():
    code = "import frameumap; from frames import mixed; print(frameumap.embed(mixed(100), random_state={}).sum().sum())"
    assert python(code.format(0)) != python(code.format(1))


SECOND = """
import gc, json
import numba
from numba.core.ccallback import CFunc
from numba.core.dispatcher import Dispatcher
import frameumap

frameumap.embed(frameumap.datasets.make_customers(1000).drop(columns="segment"))
objects = gc.get_objects()
kernels = [
    o for o in objects
    if isinstance(o, Dispatcher) and o.py_func.__module__.startswith("frameumap")
]
functions = [o for o in objects if isinstance(o, CFunc)]
print(json.dumps({
    "kernels": len(kernels),
    "hits": sum(sum(k.stats.cache_hits.values()) for k in kernels),
    "missed": [k.py_func.__name__ for k in kernels if sum(k.stats.cache_misses.values())],
    "functions": len(functions),
    "loaded": sum(f.cache_hits for f in functions),
}))
"""


def test_a_second_process_compiles_nothing():
    python(SECOND)
    found = json.loads(python(SECOND))
    assert found["missed"] == []
    assert found["kernels"] > 20
    assert found["hits"] > 10
    assert found["functions"] == found["loaded"] > 3


def test_importing_loads_no_engine():
    loaded = python(
        "import sys, pandas; before = set(sys.modules); import frameumap; print(*set(sys.modules) - before)"
    ).split()
    assert {m.split(".")[0] for m in loaded} == {"frameumap"}
