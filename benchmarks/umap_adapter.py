"""A package `umap` over frameumap, for `umap_suite.py`: parameters, names and results of
umap-learn."""

from __future__ import annotations

import inspect
import re
import sys
from types import ModuleType
from typing import Any
from unittest import SkipTest, TestCase

import numpy as np
import pandas as pd
import scipy.sparse

import frameumap
from frameumap import metrics

#: Parameters under the same name.
SAME = (
    "n_neighbors", "n_components", "n_epochs", "min_dist", "spread", "set_op_mix_ratio",
    "local_connectivity", "repulsion_strength", "negative_sample_rate", "init", "output_metric",
    "unique", "random_state", "verbose",
)  # fmt: skip
#: Parameters without a counterpart, each with the value at which nothing is asked for.
NONE_OF = {
    "a": None, "b": None, "transform_mode": "embedding", "output_dens": False,
    "disconnection_distance": None, "dens_frac": 0.3, "dens_var_shift": 0.1,
}  # fmt: skip
#: Parameters that change how umap-learn computes, not what.
QUIET = {
    "low_memory": True, "n_jobs": -1, "transform_queue_size": 4.0, "angular_rp_forest": False,
    "transform_seed": 42, "force_approximation_algorithm": False, "tqdm_kwds": None,
    "output_metric_kwds": None, "target_n_neighbors": -1, "target_metric_kwds": None,
}  # fmt: skip
#: Distances that binary data are compared by, here under names of their own.
BINARY = {"jaccard": "jaccard_binary", "dice": "dice_binary"}


class LacksError(Exception):
    """frameumap has no counterpart; the message says of what."""


class UMAP:
    """umap-learn's estimator."""

    def __init__(
        self, n_neighbors=15, n_components=2, metric="euclidean", metric_kwds=None,
        learning_rate=1.0, target_metric="categorical", target_weight=0.5, densmap=False,
        dens_lambda=2.0, precomputed_knn=(None, None, None), **options,
    ) -> None:  # fmt: skip
        self.n_neighbors, self.n_components, self.metric = n_neighbors, n_components, metric
        self.metric_kwds, self.learning_rate = metric_kwds or {}, learning_rate
        self.target_metric, self.target_weight = target_metric, target_weight
        self.densmap, self.dens_lambda = densmap, dens_lambda
        self.precomputed_knn, self.options = precomputed_knn, options
        for name, nothing in NONE_OF.items():
            if options.get(name, nothing) != nothing:
                raise LacksError(f"the parameter {name}")
        for name in options:
            if name not in (*SAME, *NONE_OF, *QUIET):
                raise TypeError(f"unexpected parameter {name!r}")
        for name in QUIET:
            setattr(self, name, options.get(name, QUIET[name]))

    def _estimator(self, schema: Any, y: Any) -> Any:
        own = {name: self.options[name] for name in SAME if name in self.options}
        own |= {"n_neighbors": self.n_neighbors, "n_components": self.n_components}
        rate = self.learning_rate
        own["learning_rate"] = rate / 2 if isinstance(rate, (int, float)) else rate
        own["random_state"] = self.options.get("random_state")
        if self.options.get("target_n_neighbors", -1) not in (-1,) and y is None:
            raise LacksError("the parameter target_n_neighbors")
        if y is not None:
            own["target_weight"] = min(self.target_weight, 0.99)
        return frameumap.FrameUMAP(schema, density=self.dens_lambda * self.densmap, **own)

    def _schema(self, X: Any) -> Any:
        metric = self.metric
        if self.precomputed_knn[0] is not None:
            return {"given": frameumap.precomputed(knn=tuple(self.precomputed_knn[:2]))}
        if callable(metric):
            return {...: frameumap.group(metric=metric, params=self.metric_kwds)}
        if not isinstance(metric, str):
            raise ValueError("a metric is a name or a function")
        values = X.data if scipy.sparse.issparse(X) else np.asarray(X)
        if metric in BINARY and values.dtype == bool:
            metric = BINARY[metric]
        if metric == "precomputed":
            return {...: metric}
        if metric in metrics.ALIASES or metric in metrics.names():
            numbers = metrics.get(metric).accepts == "vector" and not scipy.sparse.issparse(X)
            raw = {"prepare": "none"} if numbers else {}
            return {...: frameumap.group(metric=metric, params=self.metric_kwds, **raw)}
        raise LacksError(f"the metric {metric!r}") if metric in KNOWN else ValueError(metric)

    def _target(self, y: Any) -> Any:
        if y is None:
            return None
        y = np.asarray(y)
        numbers = self.target_metric not in ("categorical", "string")
        if self.target_metric == "categorical" and y.dtype.kind in "iu":  # -1 is unknown
            return pd.Series(np.where(y == -1, None, y.astype(str)))
        return pd.Series(y if numbers else y.astype(str))

    def fit(self, X: Any, y: Any = None, ensure_all_finite: Any = True) -> UMAP:
        X = X if scipy.sparse.issparse(X) or isinstance(X, pd.DataFrame) else np.asarray(X)
        if self.metric == "precomputed" and scipy.sparse.issparse(X):
            X = X.tocsr()
        self._X = X
        self._frameumap = self._estimator(self._schema(X), y).fit(X, self._target(y))
        self._n_neighbors = self._frameumap._model.graph_options.n_neighbors
        return self

    def fit_transform(self, X: Any, y: Any = None, ensure_all_finite: Any = True) -> np.ndarray:
        return self.fit(X, y).embedding_

    @property
    def embedding_(self) -> np.ndarray:
        return self._frameumap.embedding_

    @property
    def graph_(self) -> Any:
        return scipy.sparse.csr_matrix(self._frameumap.graph_)

    def transform(self, X: Any, ensure_all_finite: Any = True) -> np.ndarray:
        return self._frameumap.transform(X if scipy.sparse.issparse(X) else np.asarray(X))

    def inverse_transform(self, X: Any) -> np.ndarray:
        return self._frameumap.inverse_transform(np.asarray(X)).to_numpy()

    def update(self, X: Any, ensure_all_finite: Any = True) -> None:
        self._frameumap.update(np.asarray(X))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        names = self._frameumap.get_feature_names_out()
        return np.array([f"umap{n.removeprefix('umap_')}" for n in names], dtype=object)

    def _with(self, other: UMAP, combine: str) -> UMAP:
        """Both models' columns as two groups of one."""
        both = {"a": self, "b": other}
        parts = {name: pd.DataFrame(model._X).add_prefix(name) for name, model in both.items()}
        schema = {
            tuple(parts[name].columns): frameumap.group(
                metric=model.metric, name=name, prepare="none"
            )
            for name, model in both.items()
        }
        made = UMAP(self.n_neighbors, self.n_components, **self.options)
        estimator = made._estimator(schema, None).set_params(combine=combine, init="spectral")
        made._frameumap = estimator.fit(pd.concat(parts.values(), axis=1))
        return made

    def __mul__(self, other: UMAP) -> UMAP:
        return self._with(other, "a & b")

    def __add__(self, other: UMAP) -> UMAP:
        return self._with(other, "a | b")

    def __sub__(self, other: UMAP) -> UMAP:
        return self._with(other, "a - b")


class AlignedUMAP:
    """umap-learn's AlignedUMAP by `frameumap.align`."""

    def __init__(self, n_neighbors: Any = 15, n_epochs: Any = None, **options: Any) -> None:
        if options:
            raise LacksError(f"parameters of AlignedUMAP: {', '.join(options)}")
        self.n_neighbors, self.n_epochs = n_neighbors, n_epochs

    def fit(self, X: list, y: Any = None, *, relations: list) -> AlignedUMAP:
        labels = [np.arange(len(X[0])).tolist()]
        for t, relation in enumerate(relations):
            back = {new: old for old, new in relation.items()}
            names = [
                labels[-1][back[i]] if i in back else f"{t + 1}:{i}" for i in range(len(X[t + 1]))
            ]
            labels.append(names)
        frames = [pd.DataFrame(x, own) for x, own in zip(X, labels, strict=True)]
        k = self.n_neighbors if isinstance(self.n_neighbors, int) else self.n_neighbors[0]
        self._X, self._relations = list(X), list(relations)
        options = {"n_neighbors": k, "n_epochs": self.n_epochs}
        self._models = frameumap.align(frames, {...: "euclidean"}, **options)
        return self

    @property
    def embeddings_(self) -> list[np.ndarray]:
        return [model.embedding_ for model in self._models]

    def update(self, X: Any, y: Any = None, *, relations: dict, **options: Any) -> None:
        self.fit([*self._X, X], relations=[*self._relations, relations])


class _Internal(ModuleType):
    """A module of umap-learn's internals: whatever is called lacks."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        where = f"{self.__name__}.{name}"

        def missing(*args: Any, **options: Any) -> Any:
            raise LacksError(f"the internal {where}")

        missing.__name__ = name
        return missing


#: Metrics that umap-learn names and frameumap does not have.
KNOWN = ("wminkowski", "seuclidean", "ll_dirichlet", "kantorovich", "sinkhorn", "ordinal", "count")


def disconnected_vertices(model: UMAP) -> np.ndarray:
    return np.asarray(model.graph_.sum(axis=1)).ravel() == 0


def install() -> None:
    """Put the package `umap` into `sys.modules`, and names of nose that old tests import."""
    umap = ModuleType("umap")
    umap.UMAP, umap.AlignedUMAP, umap.__path__ = UMAP, AlignedUMAP, []
    for name in (
        "aligned_umap", "distances", "layouts", "parametric_umap", "plot", "sparse", "spectral",
        "umap_", "utils", "validation",
    ):  # fmt: skip
        module = _Internal(f"umap.{name}")
        setattr(umap, name, module)
        sys.modules[f"umap.{name}"] = module
    umap.utils.disconnected_vertices = disconnected_vertices
    umap.umap_.UMAP = UMAP
    distances = {n: metrics.get(n) for n in metrics.ALIASES if n.isidentifier()}
    distances |= {n: metrics.get(n) for n in metrics.names()}
    umap.distances.named_distances = distances
    sys.modules["umap"] = umap
    nose, tools, case = ModuleType("nose"), ModuleType("nose.tools"), TestCase()
    for name, function in inspect.getmembers(case, callable):
        if name.startswith("assert"):
            setattr(tools, re.sub(r"(?<!^)([A-Z])", lambda m: "_" + m[1].lower(), name), function)
    nose.tools, nose.SkipTest = tools, SkipTest
    sys.modules |= {"nose": nose, "nose.tools": tools}
