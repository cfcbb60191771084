import subprocess
import sys

import pandas as pd
import pytest

from frameumap.__main__ import main


def test_demo_writes_a_table_and_a_picture(tmp_path, capsys):
    main(["demo", "--rows", "300", "--folder", str(tmp_path)])
    said = capsys.readouterr().out
    table = pd.read_parquet(tmp_path / "demo.parquet")
    assert len(table) == 300
    assert table[["umap_0", "umap_1"]].notna().all().all()
    assert (tmp_path / "demo.png").stat().st_size > 10_000
    for word in (
        "300 customers",
        "latitude and longitude",
        "share of each group",
        "demo.parquet",
        "demo.png",
    ):
        assert word in said


def test_bad_arguments_are_named(capsys, tmp_path):
    for arguments in (["demo", "--rows", "0"], ["demo", "--folder", str(tmp_path / "nowhere")], []):
        with pytest.raises(SystemExit):
            main(arguments)
    assert "--rows must be at least 1" in capsys.readouterr().err


def test_the_module_runs():
    done = subprocess.run(
        [sys.executable, "-m", "frameumap", "--help"], capture_output=True, text=True, check=True
    )
    assert "demo" in done.stdout
