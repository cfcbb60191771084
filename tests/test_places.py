"""Places where Python runs: no cache, no compiler, other interpreters, forks, many threads."""

import errno
import itertools
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pandas as pd
import pytest

import frameumap
from frameumap.engine import compiling, threads

DF = pd.DataFrame({"a": np.arange(40) ** 1.5, "c": list("xy") * 20})
FIT = """
import numpy as np, pandas as pd, frameumap
df = pd.DataFrame({"a": np.arange(40) ** 1.5, "c": list("xy") * 20})
xy = frameumap.embed(df, n_epochs=5)
"""


def run(code, **environment):
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done


def test_disabled_jit_is_told_and_changes_nothing():
    """umap-learn #956: NUMBA_DISABLE_JIT for coverage or a debugger."""
    done = run(f"{FIT}print(xy.to_numpy().tobytes().hex())", NUMBA_DISABLE_JIT="1")
    expected = frameumap.embed(DF, n_epochs=5).to_numpy().tobytes().hex()
    assert done.stdout.strip() == expected
    assert done.stderr.count("NUMBA_DISABLE_JIT has no effect") == 1


def test_metrics_are_compiled_under_disabled_jit():
    code = (
        "import frameumap\n"
        "@frameumap.metric('gap', is_metric=False)\n"
        "def gap(x, y):\n    return abs(x[0] - y[0])\n"
        f"{FIT}xy = frameumap.embed(df, schema={{'a': 'gap'}}, n_epochs=5)\nprint(len(xy))"
    )
    assert run(code, NUMBA_DISABLE_JIT="1").stdout.strip() == "40"


def _double(x):
    return 2 * x


def _without_locator(monkeypatch):
    def fail(function):
        raise RuntimeError("cannot cache function: no locator available")

    monkeypatch.setattr(compiling, "_TolerantCache", fail)
    monkeypatch.setattr(compiling, "_TOLD", set())


def test_no_cache_is_told_once_and_works(monkeypatch):
    """umap-learn #715 and #487: containers without a home, read-only installs."""
    _without_locator(monkeypatch)
    with pytest.warns(frameumap.FrameUMAPWarning, match="NUMBA_CACHE_DIR") as told:
        functions = [compiling.jit(_double), compiling.jit(_double)]
    assert [f(4) for f in functions] == [8, 8]
    assert len(told) == 1


def test_a_full_disk_costs_the_cache_only(monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(compiling.FunctionCache, "_save_overload", full)
    monkeypatch.setattr(compiling, "_TOLD", set())
    function = compiling.jit(_double)
    with pytest.warns(frameumap.FrameUMAPWarning, match="No space left.*NUMBA_CACHE_DIR"):
        assert function(np.float32(4)) == 8


def test_subinterpreters_are_refused_by_name():
    module = "_interpreters" if sys.version_info >= (3, 13) else "_xxsubinterpreters"
    code = f"""
import {module} as interpreters
one = interpreters.create()
interpreters.run_string(one, '''
import frameumap
try:
    frameumap.embed
except frameumap.errors.FrameUMAPError as error:
    print(error)
''')
"""
    assert "main interpreter only" in run(code).stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_after_threads_gives_the_same_bytes():
    code = (
        FIT
        + """
import os, numba
numba.set_num_threads(min(2, numba.config.NUMBA_NUM_THREADS))
frameumap.embed(pd.concat([df] * 30), n_epochs=5)  # starts threads
child = os.fork()
if child == 0:
    os._exit(int(not frameumap.embed(df, n_epochs=5).equals(xy)))
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    )
    run(code)


def test_many_threads_at_once_give_the_same_bytes():
    model = frameumap.FrameUMAP(n_epochs=5).fit(DF)
    new = DF.head(8).assign(a=DF["a"].head(8) + 0.1)
    expected, found = model.transform(new), []
    callers = [
        threading.Thread(target=lambda: found.append(model.transform(new))) for _ in range(200)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(found) == 200
    assert all(np.array_equal(expected, xy) for xy in found)


def test_no_further_threads_give_the_same_bytes(monkeypatch):
    """Containers with a limit of processes: "can't start new thread"."""
    df = pd.concat([DF] * 100, ignore_index=True).assign(b=np.arange(4000) % 97)
    expected = frameumap.embed(df, n_epochs=5)

    def fail(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threads, "_POOLS", {})
    monkeypatch.setattr(threading.Thread, "start", fail)
    assert frameumap.embed(df, n_epochs=5).equals(expected)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_started_afresh_give_the_same_bytes(method, tmp_path):
    """A pool of workers as joblib, dask and torch start them."""
    program = tmp_path / "program.py"
    program.write_text(
        "import multiprocessing, sys, numpy as np, pandas as pd, frameumap\n"
        "df = pd.DataFrame({'a': np.arange(40) ** 1.5, 'c': list('xy') * 20})\n"
        "def place(part):\n"
        "    return frameumap.FrameUMAP(n_epochs=5).fit(df).transform(part).tobytes()\n"
        "if __name__ == '__main__':\n"
        f"    context = multiprocessing.get_context('{method}')\n"
        "    with context.Pool(2) as pool:\n"
        "        found = pool.map(place, [df] * 3)\n"
        "    assert set(found) == {place(df)}\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_disk_that_is_full_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "model"
    frameumap.FrameUMAP(n_epochs=5).fit(DF).save(path)
    before = path.read_bytes()
    code = f"""
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
{FIT}
model = frameumap.FrameUMAP(n_epochs=5).fit(pd.concat([df] * 30))
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    model.save({str(path)!r})
except OSError as error:
    print(type(error).__name__)
"""
    assert "OSError" in run(code).stdout
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def test_a_clock_that_jumps_changes_nothing(monkeypatch):
    """Virtual machines that are paused, and clocks that are set: an hour back, a day ahead."""
    expected = frameumap.embed(DF, n_epochs=20).to_numpy()
    jumps = itertools.cycle([0.0, -3600.0, 86400.0, -1e6])
    for name in ("time", "monotonic", "perf_counter"):
        own = getattr(time, name)
        monkeypatch.setattr(time, name, lambda own=own: own() + next(jumps))
    seen = []
    model = frameumap.FrameUMAP(n_epochs=20, verbose=True)
    model.fit(DF, callback=lambda epoch, places: seen.append(epoch))
    np.testing.assert_array_equal(model.embedding_, expected)
    assert seen[-1] == 20
