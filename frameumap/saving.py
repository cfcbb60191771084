"""A fitted model in a file, and in a pickle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, cast

from .fitted import Fitted
from .store.estimator_state import assemble_estimator, dismantle_estimator
from .store.file import read_file, write_file

if TYPE_CHECKING:
    from .estimator import FrameUMAP


class Saving(Fitted):
    """`save`, `load`, and pickles."""

    def save(self, path: Any) -> None:
        """Write the fitted model to one file: Arrow data and a JSON manifest, no pickle.

        Metrics of your own are stored by name and fingerprint; register them before loading.

        Raises
        ------
        NotFittedError
        DataError
            If a level or column name is of an unsupported type.
        """
        self._check_fitted()
        write_file(path, *dismantle_estimator(cast("FrameUMAP", self)))

    @classmethod
    def load(cls, path: Any) -> Self:
        """Read a file written by `save`; `transform` gives the same results.

        Raises
        ------
        ModelFileError
            If it is not a frameumap model, is truncated or corrupted, is of a newer version, or
            needs a metric that is not registered.
        """
        manifest, arrays = read_file(path)
        own = cast("type[FrameUMAP]", cls)
        return cast("Self", assemble_estimator(own, manifest, arrays, str(path)))

    def __getstate__(self) -> dict[str, Any]:
        if not self.__sklearn_is_fitted__():
            return {"params": self.__dict__}
        manifest, arrays = dismantle_estimator(cast("FrameUMAP", self))
        # Not in a file: parameters that are objects, and containers.
        kept = (*self.get_params(), "_sklearn_output_config", "_library", "_types")
        own = {k: v for k, v in self.__dict__.items() if k in kept}
        return {"params": own, "manifest": manifest, "arrays": arrays}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state["params"])
        if "manifest" in state:
            loaded = assemble_estimator(
                cast("type[FrameUMAP]", type(self)),
                state["manifest"],
                state["arrays"],
                "the pickled model",
            )
            self.__dict__.update(
                {k: v for k, v in loaded.__dict__.items() if k not in self.__dict__}
            )
