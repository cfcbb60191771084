"""The examples run, say something, and make a picture each."""

import os
import subprocess
import sys

import pytest
from frames import ROOT

#: What prints a table is compared with README in test_readme_schema.
EXAMPLES = sorted(set((ROOT / "examples").glob("*.py")) - {ROOT / "examples/thirty_columns.py"})


def test_there_are_five():
    assert len(EXAMPLES) >= 5


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_makes_its_picture(file, tmp_path):
    done = subprocess.run(
        [sys.executable, str(file)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "default"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"wrote {file.stem}.png" in done.stdout
    assert (tmp_path / f"{file.stem}.png").stat().st_size > 20_000
