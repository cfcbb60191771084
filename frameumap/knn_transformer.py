"""`KNeighborsTransformer`: nearest rows under mixed distances, for scikit-learn's methods on
precomputed graphs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import scipy.sparse

from .columns.border import read_frame
from .errors import check_one_of
from .insight.select import check_k
from .schema.precomputed import given_distances, matrix_frame, takes_matrix
from .schema.schema import Schema
from .sklearn_api import Parameters, not_fitted

MODES = ("distance", "connectivity")


class KNeighborsTransformer(Parameters):
    """The contract of scikit-learn's class of this name, for a DataFrame as it is.

    What it returns goes into anything with ``metric="precomputed"``: DBSCAN, t-SNE,
    nearest-neighbour classifiers.

    Parameters
    ----------
    n_neighbors : int
    mode : {"distance", "connectivity"}
        Distances D, with one neighbour more, as scikit-learn has it: a row of the fit is its own
        nearest; or ones.
    schema : Schema, mapping or None
        As for `FrameUMAP`.
    combine : str
        As for `FrameUMAP`.
    random_state : int, None, numpy RandomState or Generator

    Examples
    --------
    >>> import frameumap
    >>> from sklearn.cluster import DBSCAN
    >>> df = frameumap.datasets.make_customers(200, random_state=0).drop(columns="segment")
    >>> graph = frameumap.KNeighborsTransformer(n_neighbors=10).fit_transform(df)
    >>> graph.shape, graph.nnz
    ((200, 200), 2200)
    >>> len(DBSCAN(eps=12.0, metric="precomputed").fit(graph).labels_)
    200
    """

    def __init__(
        self,
        n_neighbors: int = 5,
        *,
        mode: str = "distance",
        schema: Schema | Mapping[Any, Any] | None = None,
        combine: str = "intersection",
        random_state: int | np.random.RandomState | np.random.Generator | None = 0,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.mode = mode
        self.schema = schema
        self.combine = combine
        self.random_state = random_state

    def fit(self, df: Any, y: Any = None) -> KNeighborsTransformer:
        """Learn the schema and the scales of a frame, and index its rows; `y` plays no part."""
        from .estimator import FrameUMAP

        check_one_of(self.mode, MODES, "mode")
        n = len(matrix_frame(df).df if takes_matrix(self.schema) else read_frame(df).df)
        k = min(n, check_k(self.n_neighbors) + 2)
        self._umap = FrameUMAP(
            self.schema, combine=self.combine, n_neighbors=max(2, k), n_epochs=0, init="random",
            random_state=self.random_state,
        ).fit(df)  # fmt: skip
        self.n_features_in_ = self._umap.n_features_in_
        self.n_samples_fit_ = n
        return self

    def transform(
        self, df: Any, *, precomputed: Mapping[Any, Any] | None = None
    ) -> scipy.sparse.csr_matrix:
        """The nearest rows of the fit for every row, CSR (m, n_fit), ascending by distance in each
        row; `precomputed` as for `FrameUMAP.transform`."""
        if not self.__sklearn_is_fitted__():
            raise not_fitted(type(self).__name__)
        k = check_k(self.n_neighbors) + (self.mode == "distance")
        frame = self._umap._read_new(df, precomputed).df
        found = self._umap.neighbors(frame, k=min(k, self.n_samples_fit_))
        held = found.indices >= 0
        indptr = np.concatenate([[0], np.cumsum(held.sum(axis=1))])
        data = (
            found.distances[held].astype(np.float64)
            if self.mode == "distance"
            else np.ones(int(indptr[-1]))
        )
        shape = (len(found.indices), self.n_samples_fit_)
        return scipy.sparse.csr_matrix((data, found.indices[held], indptr), shape=shape)

    def fit_transform(self, df: Any, y: Any = None) -> scipy.sparse.csr_matrix:
        """`fit`, then `transform` of the same frame."""
        return self.fit(df).transform(df, precomputed=given_distances(self.schema) or None)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_umap")

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type="transformer",
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(preserves_dtype=[]),
            input_tags=InputTags(allow_nan=True, string=True),
        )
