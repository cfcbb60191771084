"""The graph of a model for other tools: CSR, a list of edges, GraphML; and lists of neighbours.

The graph is symmetric: CSR holds both directions of an edge, the other forms each edge once, from
the lower row to the higher. Rows are numbered from 0, as in the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from ..columns.border import embedding_names
from .outputs import Outputs, suffix_of, write_table

GRAPH_SUFFIXES = ("npz", "parquet", "csv", "graphml")
#: Rows of the graph that are written at a time.
_ROWS = 20_000
#: Characters that XML 1.0 has no form for.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""


def write_graph(outputs: Outputs, path: str, model: Any, labels: pd.Series | None = None) -> None:
    """Write `model.graph_` in the form that the path's suffix says.

    Parameters
    ----------
    outputs : Outputs
    path : str
        .npz: `scipy.sparse.load_npz` reads it. .parquet, .csv: columns source, target, weight.
        .graphml: nodes with x, y and a label, for Gephi and others; written row by row.
    model : FrameUMAP
    labels : Series, optional
        A label of every row, for GraphML.
    """
    suffix = suffix_of(Path(path))
    with outputs.whole(path) as beside:
        if suffix == "npz":
            import scipy.sparse

            with beside.open("wb") as file:
                scipy.sparse.save_npz(file, model.graph_)
        elif suffix == "graphml":
            with beside.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(graphml(model.graph_, model.embedding_, labels))
        else:
            with beside.open("wb") as file:
                write_table(edge_list(model.graph_), file, suffix)


def edge_list(graph: Any) -> pd.DataFrame:
    """Edges once each: source < target (int32), weight (float32), by source and target."""
    parts = [_edges(graph, first) for first in range(0, graph.shape[0], _ROWS)]
    source, target, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return pd.DataFrame({"source": source, "target": target, "weight": weight})


def _edges(graph: Any, first: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    block = graph[first : first + _ROWS].tocsr()
    block.sort_indices()
    source = np.repeat(np.arange(block.shape[0]) + first, np.diff(block.indptr)).astype(np.int32)
    kept = source < block.indices
    return source[kept], block.indices[kept].astype(np.int32), block.data[kept].astype(np.float32)


def graphml(graph: Any, embedding: np.ndarray, labels: pd.Series | None) -> Iterator[str]:
    """The lines of a GraphML file, a block at a time."""
    axes = ["x", "y", "z"] if embedding.shape[1] <= 3 else embedding_names(embedding.shape[1])
    yield _HEAD
    if labels is not None:
        yield '<key id="label" for="node" attr.name="label" attr.type="string"/>\n'
    for axis in axes[: embedding.shape[1]]:
        yield f'<key id="{axis}" for="node" attr.name="{axis}" attr.type="double"/>\n'
    yield '<key id="weight" for="edge" attr.name="weight" attr.type="double"/>\n'
    yield '<graph edgedefault="undirected">\n'
    texts = None if labels is None else labels.astype(object).where(labels.notna(), None).tolist()
    for row, point in enumerate(embedding):
        named = "" if texts is None or texts[row] is None else _data("label", _xml(texts[row]))
        place = "".join(_data(a, f"{p:.6g}") for a, p in zip(axes, point.tolist(), strict=False))
        yield f'<node id="{row}">{named}{place}</node>\n'
    for first in range(0, graph.shape[0], _ROWS):
        yield "".join(
            f'<edge source="{s}" target="{t}">{_data("weight", f"{w:.6g}")}</edge>\n'
            for s, t, w in zip(*(column.tolist() for column in _edges(graph, first)), strict=True)
        )
    yield "</graph>\n</graphml>\n"


def _data(key: str, text: str) -> str:
    return f'<data key="{key}">{text}</data>'


def _xml(value: Any) -> str:
    return escape(_NO_XML.sub("\ufffd", str(value)))


def neighbors_column(model: Any, k: int) -> pd.Series:
    """The k nearest rows of every row, itself first, in the form that Embedding Atlas reads: ids
    (row numbers from 0) and distances.

    Returns
    -------
    Series of struct<ids: list<int32>, distances: list<float>>
    """
    import pyarrow

    found = model.neighbors(None, k=max(1, k - 1))
    n = len(found.indices)
    ids = np.hstack([np.arange(n, dtype=np.int32)[:, None], found.indices])
    distances = np.hstack([np.zeros((n, 1), np.float32), found.distances])
    kept = ids >= 0
    offsets = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int32)
    struct = pyarrow.StructArray.from_arrays(
        [pyarrow.ListArray.from_arrays(offsets, values[kept]) for values in (ids, distances)],
        names=["ids", "distances"],
    )
    return pd.Series(struct, dtype=pd.ArrowDtype(struct.type))
