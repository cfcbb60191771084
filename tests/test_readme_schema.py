"""README prints the schema that examples/thirty_columns.py prints."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_the_schema_of_thirty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples/thirty_columns.py"))
    printed = capsys.readouterr().out
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- thirty -->\n```text\n(.*?)```", readme, re.DOTALL)
    assert block is not None
    assert block[1] == "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"
