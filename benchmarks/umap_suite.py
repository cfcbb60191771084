"""umap-learn's own tests, run on frameumap through a thin adapter.

    python benchmarks/umap_suite.py [--version 0.5.12] [--tests FOLDER] [--markdown OUT.md]

The tests are fetched from umap-learn's repository at the tag of the version (git and the network
are needed), or read from FOLDER, the `umap/tests` of a checkout; no copy of them is kept here. They
import `umap`, which `umap_adapter.py` provides: parameters, names and results of umap-learn over
`FrameUMAP`. Each test

    passes     on frameumap
    differs    by design; `DIFFERS` says why
    lacks      asks for what frameumap does not have; the adapter names it
    fails      and is ours to mend

A test of internals, such as gradients or trees, lacks them. Exit code 1 if any fails.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import umap_adapter

REPOSITORY = "https://github.com/lmcinnes/umap.git"
#: Patterns of test names -> why frameumap differs.
DIFFERS = {
    r"disconnected_data": "rows without an edge are placed around the others, not at NaN",
    r"check_input_data": "a gap is not an error: it says nothing about a pair",
    r"transform_embedding_stability": "columns of another number are refused",
    r"bad_transform_data": "a model of one row places new rows on it",
    r"repeated_points_large_n": "n_neighbors is not reduced to the distinct rows, duplicates count",
    r"bad_metric|haversine_on_highd": "named otherwise: a schema's metrics are checked by column",
    r"sphere": "latitude and longitude in degrees, not colatitude in radians",
    r"modified_dtype": "embedding_ is a copy: setting it is no part of the contract",
    r"transform_(dense|sparse)_model": "a model of full rows refuses sparse ones, and says how",
    r"umap_update": "memberships of an update keep the scale of the fit",
}


class Collector:
    """A pytest plugin: outcome of every test."""

    def __init__(self) -> None:
        self.lines: list[dict[str, str]] = []

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = (yield).get_result()
        if report.when == "call" or (report.when == "setup" and report.outcome != "passed"):
            self.add(item.nodeid.split("/")[-1], report, call.excinfo)

    def pytest_collectreport(self, report):
        if report.failed:
            said = str(report.longrepr).strip().splitlines()[-1]
            self.lines.append(
                {"test": Path(report.nodeid).name, "outcome": "lacks", "why": said.lstrip("E ")}
            )

    def add(self, name: str, report, error) -> None:
        why = ""
        if report.outcome == "passed":
            outcome = "passes"
        elif error is not None and error.errisinstance(umap_adapter.LacksError):
            outcome, why = "lacks", str(error.value)
        elif report.outcome == "skipped":
            outcome = "skipped"
        elif type(error.value).__name__ == "InvalidParameterError":
            outcome, why = "skipped", "written for an older scikit-learn"
        else:
            reasons = [why for pattern, why in DIFFERS.items() if re.search(pattern, name)]
            outcome = "differs" if reasons else "fails"
            why = reasons[0] if reasons else str(error.value).splitlines()[0][:100]
        self.lines.append({"test": name, "outcome": outcome, "why": why})


def fetch(version: str, folder: Path) -> Path:
    """The tests of a version, from the repository."""
    for tag in (f"release-{version}", f"v{version}", version):
        command = ["git", "clone", "-q", "--depth", "1", "--branch", tag, REPOSITORY, str(folder)]
        if subprocess.run(command, check=False).returncode == 0:
            return folder / "umap" / "tests"
    raise SystemExit(
        f"no tag of version {version} could be fetched from {REPOSITORY}; give --tests"
    )


def run(tests: Path) -> pd.DataFrame:
    """Run the tests; one line each."""
    umap_adapter.install()
    collector = Collector()
    options = ["-q", "-p", "no:cacheprovider", "-W", "ignore", "--rootdir", str(tests)]
    options += ["-o", "addopts=", "-o", "filterwarnings=ignore", "-o", "xfail_strict=false"]
    pytest.main([*options, "--no-header", "--tb=no", str(tests)], plugins=[collector])
    return pd.DataFrame(collector.lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", default="0.5.12")
    parser.add_argument("--tests", type=Path)
    parser.add_argument("--markdown", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table = run(given.tests or fetch(given.version, Path(folder) / "umap"))
    counts = Counter(table["outcome"])
    said = ", ".join(f"{counts[name]} {name}" for name in ("passes", "differs", "lacks", "fails"))
    grouped = table[table["outcome"] != "passes"].groupby(["outcome", "why"], sort=True)
    lines = [
        {"outcome": outcome, "tests": len(some), "why": why, "e.g.": some["test"].iloc[0]}
        for (outcome, why), some in grouped
    ]
    summary = pd.DataFrame(lines)
    sys.stdout.write(f"{said}\n{summary.to_string(index=False)}\n")
    if given.markdown:
        head = "| outcome | tests | why | e.g. |\n|---|---|---|---|\n"
        rows = ("| " + " | ".join(map(str, row.values())) + " |" for row in lines)
        given.markdown.write_text(f"{said}\n\n{head}" + "\n".join(rows) + "\n")
    raise SystemExit(1 if counts["fails"] else 0)


if __name__ == "__main__":
    main()
