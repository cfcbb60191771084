"""KeyboardInterrupt is raised between kernels: the layout and the search stop soon after Ctrl-C."""

import os
import signal
import subprocess
import sys
import time

import pytest
from frames import ROOT

CODE = """
import frameumap
df = frameumap.datasets.make_customers({rows}).drop(columns="segment")
frameumap.embed(df.head(200))
print("ready", flush=True)
frameumap.embed(df, n_epochs={epochs})
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("rows", "epochs"), [(2000, 10**6), (40_000, 0)], ids=["layout", "search"])
def test_ctrl_c_stops_long_work(rows, epochs):
    child = subprocess.Popen(
        [sys.executable, "-c", CODE.format(rows=rows, epochs=epochs)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT / "tests",
    )
    assert child.stdout.readline().strip() == "ready"
    time.sleep(2.0)
    child.send_signal(signal.SIGINT)
    begin = time.monotonic()
    _, error = child.communicate(timeout=60)
    assert "KeyboardInterrupt" in error
    assert (
        time.monotonic() - begin < 10
    )  # half a second here; the bound only says that it does not run to its end
