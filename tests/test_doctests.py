"""The examples in docstrings run, those of metrics/ under the name by which it is imported."""

import doctest
import importlib

import pytest
from frames import ROOT


def modules():
    for folder, package in (("frameumap", "frameumap"), ("metrics", "frameumap.metrics")):
        for file in sorted((ROOT / folder).rglob("*.py")):
            parts = file.relative_to(ROOT / folder).with_suffix("").parts
            yield ".".join((package, *(p for p in parts if p != "__init__")))


MODULES = sorted(set(modules()) - {"frameumap.__main__"})


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [
        t for name in MODULES for t in finder.find(importlib.import_module(name)) if t.examples
    ]
    assert len(found) >= 8
