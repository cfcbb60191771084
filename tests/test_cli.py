import subprocess
import sys

import pandas as pd

from frameumap.__main__ import main


def test_demo_writes_a_table_and_a_picture(tmp_path, capsys):
    assert main(["demo", "--rows", "300", "--folder", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    table = pd.read_parquet(tmp_path / "demo.parquet")
    assert len(table) == 300
    assert table[["umap_0", "umap_1"]].notna().all().all()
    assert (tmp_path / "demo.png").stat().st_size > 10_000
    assert (tmp_path / "demo.html").read_text().startswith("<!doctype html>")
    assert "Segments" in (tmp_path / "demo.md").read_text()
    for word in (
        "300 customers",
        "latitude and longitude",
        "what holds the map together",
        "demo.parquet",
        "demo.png",
    ):
        assert word in said


def test_the_module_runs():
    done = subprocess.run(
        [sys.executable, "-m", "frameumap", "--help"], capture_output=True, text=True, check=True
    )
    assert "demo" in done.stdout
