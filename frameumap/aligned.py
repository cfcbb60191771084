"""`align`: maps of several frames on which the same row keeps its place, as long as its neighbours
stay.

Each frame has its own model. Its layout starts where the frame before left the rows with the same
label, and goes on in rounds of small steps; after each round a row goes back by the share

    hold * overlap^2

of the way to its place before, `overlap` being the share of its nearest rows that are the same as
in the frame before, among those that both frames have. A row whose neighbours stay is held, one
whose neighbours are others is free. AlignedUMAP of umap-learn pulls all rows alike, in one descent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
import scipy.sparse

from .api import Options
from .errors import DataError, ParameterError
from .estimator import FrameUMAP
from .model.lay_out import lay_out
from .model.model import Combined, Prepared
from .model.moves import fill_places, shared_neighbors
from .progress import Progress

if TYPE_CHECKING:
    from .columns.border import Frame

#: Rounds of the layout of a frame after the first, and their share of a fit's epochs and learning
#: rate: the places are nearly right already.
ROUNDS, EPOCHS, RATE = 6, 1 / 2, 1 / 2


def align(
    frames: Sequence[Any],
    schema: Any = None,
    *,
    on: Any = None,
    hold: float = 0.5,
    **options: Unpack[Options],
) -> list[FrameUMAP]:
    """Embed frames of the same rows, such as slices in time, so that the maps can be compared.

    Rows are matched by their index labels; rows may come and go, and columns may differ. A row
    whose neighbours did not change stays where it was in the frame before, up to a few hundredths
    of the width of the map.

    Parameters
    ----------
    frames : sequence of dataframes
        In their order. The first may be a fitted `FrameUMAP` instead, which is not changed: the
        maps of new frames then follow the one that is known already.
    schema : Schema, mapping, sequence of these, or None
        One for all frames, or one for each; None to infer each.
    on : column, optional
        A column of labels to match rows by, instead of the index; it is not embedded. Frames of
        polars and Arrow, which have no index, need it.
    hold : float
        How strongly rows are held, from 0 (only the start is that of the frame before) to 1.
    **options
        As for `FrameUMAP`.

    Returns
    -------
    list of FrameUMAP
        A fitted model for every frame, with `embedding_`, `transform` and all else. A model that
        was given is the first.

    Raises
    ------
    DataError
        If there are fewer than two frames, labels repeat, or a frame shares none with the one
        before.
    ParameterError
        If `hold` is not in [0, 1], or the output metric is "haversine".

    Examples
    --------
    >>> import numpy as np
    >>> import frameumap
    >>> now = frameumap.datasets.make_customers(200, random_state=0).drop(columns="segment")
    >>> later = now.iloc[20:].assign(nps=now["nps"] + 1)
    >>> first, second = frameumap.align([now, later], n_neighbors=10)
    >>> moves = np.linalg.norm(second.embedding_ - first.embedding_[20:], axis=1)
    >>> bool(np.median(moves) < 0.05 * np.ptp(first.embedding_, axis=0).max())
    True
    """
    _check(frames, hold, options)
    schemas = list(schema) if isinstance(schema, (list, tuple)) else [schema] * len(frames)
    if len(schemas) != len(frames):
        raise DataError(f"{len(schemas)} schemas for {len(frames)} frames")
    models: list[FrameUMAP] = []
    for number, (given, own) in enumerate(zip(frames, schemas, strict=True)):
        if isinstance(given, FrameUMAP):
            models.append(given)
            continue
        model = FrameUMAP(own, **options)
        frame, labels = _read(model, given, on, number)
        before = models[-1] if models else None
        if before is None:
            model._fit_frame(frame, None)
        else:
            _follow(model, frame, labels, before, hold, number)
        model._index = labels
        models.append(model)
    return models


def _check(frames: Any, hold: Any, options: Any) -> None:
    if not isinstance(frames, (list, tuple)) or len(frames) < 2:
        raise DataError(
            f"align takes a list of two or more frames, got {type(frames).__name__}"
            + (f" of {len(frames)}" if isinstance(frames, (list, tuple)) else "")
        )
    for number, given in enumerate(frames):
        if isinstance(given, FrameUMAP):
            if number:
                raise DataError(f"frame {number} is a model; only the first may be one")
            given._check_fitted()
            _check_labels(given._row_labels, number)
    if isinstance(hold, bool) or not isinstance(hold, (int, float)) or not 0 <= hold <= 1:
        raise ParameterError(f"hold must be a number from 0 to 1, got {hold!r}")
    if options.get("output_metric") == "haversine" or (
        isinstance(frames[0], FrameUMAP) and frames[0].output_metric == "haversine"
    ):
        raise ParameterError("align needs output_metric='euclidean': places are held in a plane")


def _read(model: FrameUMAP, given: Any, on: Any, number: int) -> tuple[Frame, pd.Index]:
    """The frame without its labels, and these."""
    frame = model._read(given)
    if on is None:
        if not isinstance(given, pd.DataFrame) and frame.container in ("narwhals", "arrow"):
            raise DataError(
                f"frame {number} has no index to match rows by; name a column of labels, on=..."
            )
        labels = frame.df.index
    else:
        if on not in frame.df.columns:
            raise DataError(f"frame {number} has no column {on!r} to match rows by")
        labels = pd.Index(frame.df[on])
        frame = frame._replace(df=frame.df.drop(columns=[on]))
    _check_labels(labels, number)
    return frame, labels


def _check_labels(labels: pd.Index, number: int) -> None:
    if not labels.is_unique:
        twice = labels[labels.duplicated()][0]
        raise DataError(f"frame {number}: the label {twice!r} repeats; rows are matched by labels")


def _follow(
    model: FrameUMAP, frame: Frame, labels: pd.Index, before: FrameUMAP, hold: float, number: int
) -> None:
    """Fit `model` with places that follow those of the frame before."""
    old = before._row_labels.get_indexer(labels)
    if (old < 0).all():
        raise DataError(
            f"frame {number} shares no row label with the frame before it, such as "
            f"{before._row_labels[0]!r}; rows are matched by index labels, or by a column, on=..."
        )
    if before._model.embedding.shape[1] != model.n_components:
        raise ParameterError(
            f"the model before has {before._model.embedding.shape[1]} components, and "
            f"n_components={model.n_components}"
        )

    def place(prepared: Prepared, combined: Combined, progress: Progress) -> np.ndarray:
        places = np.full((len(labels), model.n_components), np.nan, np.float32)
        places[old >= 0] = before._model.embedding[old[old >= 0]]
        start = fill_places(combined.graph, places)
        overlap = shared_neighbors(before._model.graph, combined.graph, old)
        return _settle(prepared, combined.graph, start, hold * overlap**2, progress)

    model._fit_frame(frame, None, place=place)


def _settle(
    prepared: Prepared,
    graph: scipy.sparse.csr_array,
    start: np.ndarray,
    pull: np.ndarray,
    progress: Progress,
) -> np.ndarray:
    """The layout from `start` in rounds, after each of which rows go back by the share `pull`."""
    options = prepared.layout_options
    schedule = options.resolved(len(start))
    epochs = round(EPOCHS * schedule.epochs / ROUNDS)
    back = pull.astype(np.float32)[:, None]
    embedding = start
    for turn in range(ROUNDS if epochs else 0):
        gentle = options._replace(
            n_epochs=epochs,
            learning_rate=RATE * schedule.rate * (1 - turn / ROUNDS),
            seed=(options.seed + turn) % 2**63,
        )
        embedding = lay_out(prepared, graph, embedding, gentle, progress)
        embedding = embedding + back * (start - embedding)
    return embedding
