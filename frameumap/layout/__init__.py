"""The layout of a graph; as a function, `frameumap.layout(graph)`, that of one's own."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any


class _Layout(ModuleType):
    """A room of the package that is called as the function of the same name."""

    def __call__(self, graph: Any, **parameters: Any) -> Any:
        """Lay out a graph of your own, see `frameumap.graph_layout.layout`."""
        return importlib.import_module("frameumap.graph_layout").layout(graph, **parameters)


sys.modules[__name__].__class__ = _Layout
