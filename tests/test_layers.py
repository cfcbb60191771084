"""Imports point one way: a room may use those before it, never those after it."""

import ast
from pathlib import Path

import pytest

import frameumap

PACKAGE = Path(frameumap.__file__).parent
METRICS = PACKAGE.parent / "metrics" if not (PACKAGE / "metrics").exists() else PACKAGE / "metrics"

#: Rooms from the bottom to the top; those of one line may use each other.
ORDER = [
    {"errors", "progress"},
    {"metrics", "engine"},
    {"columns"},
    {"kinds"},
    {"schema"},
    {"neighbors"},
    {"graph"},
    {"layout"},
    {"parameters"},
    {"model"},
    {"store"},
    {"insight", "show", "stream"},
    {"sklearn_api"},
    {"fitted"},
    {"given"},
    {"changes", "saving"},
    {"estimator"},
    {"api", "datasets", "knn_transformer", "graph_layout"},
    {"aligned"},
    {"shipped"},
    {"dask", "polars", "ray", "spark"},
    {"command"},
    {"__init__", "__main__"},
]
LEVEL = {room: level for level, rooms in enumerate(ORDER) for room in rooms}


def modules():
    """Every module as (room, parts of its name, path)."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield parts[0], parts, path
    if METRICS.parent != PACKAGE:
        for path in sorted(METRICS.glob("*.py")):
            yield "metrics", ("metrics", path.stem), path


def imported_rooms(tree, parts):
    """Rooms that a module imports when it runs; what is under `if TYPE_CHECKING` is not run."""
    skipped = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in skipped or not isinstance(node, ast.ImportFrom) or node.level == 0:
            continue
        base = [*parts[: len(parts) - node.level], *(node.module or "").split(".")]
        names = [part for part in base if part] or [alias.name for alias in node.names]
        yield names[0] if base and names[0] else "__init__"


@pytest.mark.parametrize(
    ("room", "parts", "path"), [pytest.param(*m, id=".".join(m[1])) for m in modules()]
)
def test_imports_point_one_way(room, parts, path):
    assert room in LEVEL, f"{room} has no place in ORDER"
    for other in imported_rooms(ast.parse(path.read_text(encoding="utf-8")), parts):
        if LEVEL.get(other, -1) > LEVEL[room]:
            pytest.fail(f"{'.'.join(parts)} imports {other}, which comes after {room}")


def test_a_wrong_import_is_seen():
    tree = ast.parse("def f():\n    from ..model.model import Model\n")
    assert list(imported_rooms(tree, ("engine", "rows"))) == ["model"]
    tree = ast.parse("if TYPE_CHECKING:\n    from ..model.model import Model\n")
    assert list(imported_rooms(tree, ("engine", "rows"))) == []
