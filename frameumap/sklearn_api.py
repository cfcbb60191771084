"""scikit-learn's contract for a transformer, without importing scikit-learn before it is needed."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from .columns.border import Frame, embedding_frame, embedding_names
from .errors import NotFittedError, ParameterError, check_one_of
from .parameters import check_names

if TYPE_CHECKING:
    from .model.model import Model

CONTAINERS = ("default", "pandas", "polars")


class Parameters:
    """Parameters by name, as scikit-learn's `clone` and searches expect them."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name."""
        check_names(params, self.get_params(), type(self).__name__)
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = {n: p.default for n, p in inspect.signature(type(self)).parameters.items()}
        plain = {
            n: v
            for n, v in self.get_params().items()
            if isinstance(v, (str, float, int, type(None)))
        }
        changed = {n: v for n, v in plain.items() if v != defaults[n]}
        return f"{type(self).__name__}({', '.join(f'{n}={v!r}' for n, v in changed.items())})"


class Transformer(Parameters):
    """Tags, names of the columns of a result, and its container."""

    _model: Model

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_model")

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import InputTags, Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type="transformer",
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(preserves_dtype=["float32"]),
            # Of arrays: text and categories come in frames.
            input_tags=InputTags(allow_nan=True, string=True, sparse=True),
        )

    def _check_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise not_fitted(type(self).__name__)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Names of the columns that `transform` gives: umap_0, umap_1, ..."""
        self._check_fitted()
        return np.array(embedding_names(self._model.embedding.shape[1]), dtype=object)

    def set_output(self, *, transform: str | None = None) -> Self:
        """Container of the results of `transform` and `fit_transform`.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None
            "default" for an array; None changes nothing. If it was never set, an array for arrays
            and pandas frames, as scikit-learn has it, and a frame of its own library otherwise.
        """
        if transform is not None:
            self._sklearn_output_config = {
                "transform": check_one_of(transform, CONTAINERS, "transform")
            }
        return self

    def _contain(self, positions: np.ndarray, frame: Frame) -> Any:
        """`positions` of the rows of `frame` in the configured container; never the model's own
        array."""
        container = getattr(self, "_sklearn_output_config", {}).get("transform")
        if container is None and "sklearn" in sys.modules:
            asked = sys.modules["sklearn"].get_config()["transform_output"]
            container = None if asked == "default" else asked
        if container is None and frame.library != "pandas":
            return embedding_frame(frame, positions, append=False)
        names = embedding_names(positions.shape[1])
        if container == "pandas":
            return pd.DataFrame(positions.copy(), index=frame.df.index, columns=names)
        if container == "polars":
            try:
                import polars
            except ImportError:
                raise ParameterError(
                    "set_output(transform='polars') needs polars: pip install polars"
                ) from None
            return polars.DataFrame(positions, schema=names, orient="row")
        return positions.copy()


def not_fitted(name: str) -> NotFittedError:
    """The error for a model without a fit; scikit-learn's own as well, where that is installed."""
    message = f"this {name} is not fitted yet; call fit first"
    try:
        from sklearn.exceptions import NotFittedError as Theirs
    except ImportError:
        return NotFittedError(message)
    return type("NotFittedError", (NotFittedError, Theirs), {})(message)
