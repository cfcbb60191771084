"""`cluster`: segments of the fuzzy set, how surely each row belongs, and where new rows would.

A row's membership in a segment is the share of its edges' weight that leads there, so a row between
two segments is seen to be between them. New rows vote by the same rule with the edges that
`transform` gives them; a row of the fit keeps its segment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse

from ..columns.border import read_frame
from ..errors import ParameterError, check_one_of
from ..model.model import Model
from .bridges import bridges
from .communities import make_base
from .dense import dense_places
from .layers import Layer, layers_of, one_layer
from .reports import Answer, html_table
from .told import columns_told
from .votes import memberships_of, new_votes
from .wording import say_share

METHODS = ("communities", "density")
#: Segments hang on the graph alone: maps of other seeds show the same ones.
SEED = 0
#: Rows of the smallest segment, and its share: of more than a hundred a reader remembers none. In
#: layers that are finer or asked for by resolution, a fifth of it.
SMALLEST, SMALLEST_SHARE, FINER = 5, 0.01, 5
#: Agreement with graphs whose edges are drawn anew, below which a segmentation is said not to hold.
HOLDS = 0.8


@dataclass(frozen=True)
class Segments(Answer):
    """Segments of the rows of a fit.

    Attributes
    ----------
    labels : int32 (n,)
        Segment of every row, by size, 0 the largest; -1 for noise.
    membership : float32 (n,)
        Share of the row's edges inside its own segment.
    memberships : csr_array float32 (n, n_segments)
        Share of the row's edges in each segment.
    layers : tuple of Layer
        From coarse to fine, each a refinement of the one before.
    layer : int
        Which of them `labels` is.
    method : {"communities", "density"}
    """

    _labels: np.ndarray = field(repr=False)
    _membership: np.ndarray = field(repr=False)
    _memberships: scipy.sparse.csr_array = field(repr=False)
    _layers: tuple[Layer, ...] = field(repr=False)
    layer: int
    method: str
    index: pd.Index = field(repr=False)
    _model: Model = field(repr=False)
    _name: Callable[[Segments], tuple[str, ...]] = field(repr=False)

    @property
    def labels(self) -> np.ndarray:
        """Segment of every row, int32 (n,); a copy."""
        return self._labels.copy()

    @property
    def membership(self) -> np.ndarray:
        """Share of the row's edges inside its own segment, float32 (n,); a copy."""
        return self._membership.copy()

    @property
    def memberships(self) -> scipy.sparse.csr_array:
        """Share of the row's edges in each segment, float32 (n, n_segments); a copy."""
        return self._memberships.copy()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """From coarse to fine; their labels are copies."""
        return tuple(layer._replace(labels=layer.labels.copy()) for layer in self._layers)

    @property
    def n_segments(self) -> int:
        """Number of segments, noise left out."""
        return self._memberships.shape[1]

    @property
    def resolution(self) -> float:
        """Of the layer that `labels` is."""
        return self._layers[self.layer].resolution

    @property
    def stable(self) -> float:
        """Persistence of the layer: agreement with segments of graphs whose edges are drawn anew, 1
        in full, 0 by chance."""
        return self._layers[self.layer].persistence

    @property
    def sizes(self) -> np.ndarray:
        """Rows of every segment, int64 (n_segments,)."""
        return np.bincount(self._labels[self._labels >= 0], minlength=self.n_segments)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A short name of every segment, from what sets it apart."""
        return self._name(self)

    def at(self, layer: int) -> Segments:
        """The segments of another layer, 0 the coarsest.

        Raises
        ------
        ParameterError
            If there is no such layer.
        """
        if not -len(self._layers) <= layer < len(self._layers):
            raise ParameterError(
                f"there are {len(self._layers)} layers, 0 the coarsest; got {layer!r}"
            )
        layer %= len(self._layers)
        own, shares = memberships_of(self._model, self._layers[layer].labels)
        made = replace(
            self,
            _labels=self._layers[layer].labels,
            _membership=own,
            _memberships=shares,
            layer=layer,
        )
        made.__dict__.pop("names", None)
        return made

    def predict_memberships(self, df: Any) -> np.ndarray:
        """Share of every row's edges in each segment, float32 (m, n_segments); edges to noise are
        left out.

        Parameters
        ----------
        df : dataframe
            Rows to be put into segments, columns by name as for `transform`. Each row is judged by
            itself.
        """
        return new_votes(self._model, read_frame(df).df, self._labels, self.n_segments)[
            :, : self.n_segments
        ]

    def predict(self, df: Any) -> np.ndarray:
        """Segment of every row of a frame, int32 (m,), -1 for noise; see `predict_memberships`."""
        votes = new_votes(self._model, read_frame(df).df, self._labels, self.n_segments)
        best = votes.argmax(axis=1).astype(np.int32)
        return np.where(best == self.n_segments, -1, best).astype(np.int32)

    def to_frame(self) -> pd.DataFrame:
        """Columns `segment`, `name`, `membership`, and a column a layer, under the index of the
        fit."""
        names = np.array([*self.names, "noise"], dtype=object)
        columns = {
            "segment": self._labels,
            "name": names[self._labels],
            "membership": self._membership,
        }
        columns |= {f"layer_{at}": layer.labels for at, layer in enumerate(self._layers)}
        return pd.DataFrame(columns, index=self.index, copy=True)

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, strings and numbers."""
        return {
            "method": self.method,
            "n_segments": self.n_segments,
            "labels": self._labels.tolist(),
            "membership": [round(float(v), 4) for v in self._membership],
            "names": list(self.names),
            "sizes": self.sizes.tolist(),
            "layer": self.layer,
            "layers": [
                {
                    "resolution": a.resolution,
                    "n_segments": a.n_segments,
                    "persistence": round(a.persistence, 4),
                }
                for a in self._layers
            ],
        }

    def table(self) -> pd.DataFrame:
        """One line a segment: name, size, share, mean membership."""
        inside = [float(self._membership[self._labels == s].mean()) for s in range(self.n_segments)]
        share = [say_share(size / max(1, len(self._labels))) for size in self.sizes]
        columns = {
            "name": self.names,
            "size": self.sizes,
            "share": share,
            "membership": np.round(inside, 3),
        }
        return pd.DataFrame(columns, index=pd.RangeIndex(self.n_segments, name="segment"))

    def _headline(self) -> str:
        text = f"{self.n_segments} segments of {len(self._labels)} rows by {self.method}"
        noise = int((self._labels < 0).sum())
        if noise:
            text += f", {noise} rows in none"
        if self.method == "communities":
            verdict = (
                "they hold" if self.stable >= HOLDS else "they do not all hold, a coarser layer may"
            )
            text += (
                f"; with edges drawn anew the adjusted Rand index is {self.stable:.2f}: {verdict}"
            )
        others = [
            str(layer.n_segments) for at, layer in enumerate(self._layers) if at != self.layer
        ]
        return text + (f"; other layers have {', '.join(others)} segments" if others else "")

    def __str__(self) -> str:
        return f"{self._headline()}\n{self.table().to_string()}"

    def _repr_html_(self) -> str:
        return f"<p>{self._headline()}</p>{html_table(self.table(), index=True)}"


def smallest_sizes(n: int) -> tuple[int, int]:
    """Rows of the smallest segment and of that in finer layers, unless said otherwise."""
    share = SMALLEST_SHARE * n
    return max(SMALLEST, int(share)), max(SMALLEST, int(share / FINER))


def make_segments(
    model: Model,
    index: pd.Index,
    method: str,
    resolution: float | None,
    min_size: int | None,
    namer: Any,
) -> Segments:
    """See `FrameUMAP.cluster`."""
    check_one_of(method, METHODS, "method")
    if min_size is not None and (
        isinstance(min_size, bool) or not isinstance(min_size, (int, np.integer)) or min_size < 1
    ):
        raise ParameterError(f"min_size must be an integer >= 1, got {min_size!r}")
    if resolution is not None and not (
        isinstance(resolution, (int, float, np.number)) and 0 < resolution < np.inf
    ):
        raise ParameterError(f"resolution must be a number > 0, got {resolution!r}")
    if method == "density":
        if resolution is not None:
            raise ParameterError("method='density' has no resolution; set min_size instead")
        labels = dense_places(model, min_size)
        layers, at = [Layer(float("nan"), int(labels.max()) + 1, float("nan"), labels)], 0
    else:
        size, finest = smallest_sizes(len(index)) if min_size is None else [int(min_size)] * 2
        extra = bridges(model)
        graph = model.graph if extra is None else model.graph + extra
        base = make_base(graph, model.packed.rows.keys)
        if resolution is None:
            layers, at = layers_of(base, SEED, size, finest, columns_told(model))
        else:
            layers, at = [one_layer(base, float(resolution), SEED, finest)], 0
    own, shares = memberships_of(model, layers[at].labels)
    return Segments(layers[at].labels, own, shares, tuple(layers), at, method, index, model, namer)
