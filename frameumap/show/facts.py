"""What a page and a report say of a fit: sizes, groups, parameters, versions, and how to reproduce
it."""

from __future__ import annotations

import platform
from typing import Any

import numpy as np

from .column import number_text, shown


def plane(model: Any) -> np.ndarray:
    """The first two coordinates of the embedding, float32 (n, 2); a line gets a fixed scatter
    beside it, so that its rows can be told apart."""
    points = np.asarray(model.embedding_, np.float32)
    if points.shape[1] == 1:
        height = (np.arange(len(points)) * 0.6180339887498949) % 1.0
        width = float(np.ptp(points)) or 1.0
        return np.column_stack([points[:, 0], 0.12 * width * height]).astype(np.float32)
    if model.output_metric == "haversine":
        return points[:, [1, 0]]  # longitude to the right
    return points[:, :2]


def group_table(model: Any) -> list[dict[str, Any]]:
    """One entry a group, that with most influence first."""
    shares = model._influence.to_dict("index")  # influence_ may be of another library
    return [
        {
            "group": shown(name, 200),
            "columns": [shown(c, 200) for c in model.groups_[name].columns],
            "kind": model.groups_[name].kind,
            "metric": str(row["metric"]),
            "weight": float(row["weight"]),
            "share": float(row["share"]),
            "edge_distance": float(row["edge_distance"]),
        }
        for name, row in shares.items()
    ]


def changed_parameters(model: Any) -> dict[str, str]:
    """Parameters that differ from their defaults, as text."""
    usual = type(model)().get_params()
    made = {}
    for name, value in model.get_params().items():
        if name == "schema":
            continue
        plain = isinstance(value, (str, int, float, bool, type(None)))
        if not plain or value != usual[name]:
            made[name] = repr(value) if plain else f"({type(value).__name__})"
    return made


def versions() -> dict[str, str]:
    """Versions of what computed the map."""
    from importlib.metadata import version

    names = ("numpy", "pandas", "scipy", "numba", "pyarrow")
    import frameumap

    own = {"frameumap": frameumap.__version__, "Python": platform.python_version()}
    return own | {name: version(name) for name in names}


def reproduction(model: Any) -> str:
    """The line that makes this fit again."""
    arguments = [f"{k}={v}" for k, v in changed_parameters(model).items() if not v.startswith("(")]
    return f"frameumap.FrameUMAP({', '.join(['schema', *arguments])}).fit(df)"


def search_line(model: Any) -> str:
    """How the neighbours were found."""
    found = model._model.combined
    if model._model.graph_options.calibration == "local":
        return "Neighbours were searched in every group by itself (calibration='local')."
    if found is None:
        return "Neighbours are those that the fit found, under other weights."
    share = "all" if found.plan.recall >= 1 else f"about {100 * found.plan.recall:.1f}%"
    return f"Neighbours: {found.plan.reason}; it found {share} of them."


def query_line(model: Any) -> str:
    """How many of the neighbours of new rows are found."""
    recall = model.query_recall_
    share = "all" if recall >= 1 else f"about {100 * recall:.1f}%"
    return f"New rows find {share} of theirs."


def about_lines(
    model: Any, coarse: list[str], left_out: list[str], uncompared: list[str], grades: int,
    lists: Any,
) -> list[str]:  # fmt: skip
    """What a reader of the page should know, in sentences."""
    n = len(model.embedding_)
    opening = (
        f"A map of {n:,} rows by {len(model.schema_.columns)} columns, made with frameumap. Rows"
        " that are alike in the columns lie near each other. Directions and the size of gaps mean"
        " nothing."
    )
    lines = [opening, "This file is complete: it asks nothing of any server."]
    if lists is not None:
        lines.append(f"The {lists.k} nearest rows of each row were computed with the page.")
    elif uncompared:
        lines.append(
            "Nearest rows are found in the page, by all columns but " + ", ".join(uncompared) + "."
        )
    else:
        lines.append("Nearest rows are found in the page, by the same distance as the map.")
    if coarse:
        lines.append(f"Numbers are rounded to {grades:,} ranks in: {', '.join(coarse)}.")
    if left_out:
        lines.append(f"Not in this page, as it would be too large: {', '.join(left_out)}.")
    if model.embedding_.shape[1] > 2:
        lines.append(f"The first two of {model.embedding_.shape[1]} dimensions are shown.")
    if model.embedding_.shape[1] == 1:
        lines.append("The map has one dimension, left to right; height only tells rows apart.")
    return lines


def detail_tables(model: Any) -> list[dict[str, Any]]:
    """Tables of the page's last panel: groups, parameters, versions."""
    groups = [
        (
            g["group"],
            (
                f"{100 * g['share']:.0f}% of what holds the map together; {g['kind']},"
                f" {g['metric']}, weight {number_text(round(g['weight'], 3))}"
            ),
        )
        for g in group_table(model)
    ]
    ignored = [(shown(c, 200), shown(reason)) for c, reason in model.schema_.ignored.items()]
    parameters = list(changed_parameters(model).items()) or [("all", "as they come")]
    tables = [("Groups of columns", groups), ("Parameters", parameters)]
    if ignored:
        tables.append(("Columns left out", ignored))
    tables.append(("Versions", list(versions().items())))
    return [{"title": title, "lines": lines} for title, lines in tables]
