"""The page: template, styles and scripts put together around the data."""

from __future__ import annotations

import html
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..errors import ParameterError
from .payload import Blocks, script_json

#: In the order in which they are read; `start` runs.
SCRIPTS = (
    "data", "distance", "statistics", "colouring", "names", "map", "panels", "layers", "pointer",
    "search", "keys", "page", "start",
)  # fmt: skip


class Page:
    """One self-contained page of a fitted map; shows itself inline in a notebook.

    Attributes
    ----------
    text : str
        The whole file.
    """

    def __init__(self, text: str, height: int = 640) -> None:
        self.text = text
        self.height = height

    def __repr__(self) -> str:
        return f"Page({len(self.text) / 1e6:.1f} MB; save(path) writes it)"

    def save(self, path: Any) -> Path:
        """Write the file, whole or not at all; its path."""
        return write_whole(path, self.text)

    def _repr_html_(self) -> str:
        inside = html.escape(self.text, quote=True)
        return (
            f'<iframe srcdoc="{inside}" sandbox="allow-scripts allow-downloads" title="Map of the'
            f' rows" style="width:100%;height:{self.height}px;border:1px solid #ccc;'
            f'border-radius:6px"></iframe>'
        )


def write_whole(path: Any, text: str) -> Path:
    """Write a text beside its place first, so that a file is whole or not there."""
    target = Path(path)
    beside = target.with_name(target.name + ".part")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def plotly_script() -> str:
    """plotly's own bundle, which draws with WebGL."""
    try:
        from plotly.offline import get_plotlyjs
    except ImportError:
        raise ParameterError(
            "a page needs plotly, whose script it carries: pip install 'frameumap[html]'"
        ) from None
    return re.sub(r"</(script)", r"<\\/\1", get_plotlyjs(), flags=re.IGNORECASE)


def assemble_page(title: str, manifest: dict[str, Any], blocks: Blocks) -> str:
    """The whole file."""
    folder = files(__package__) / "web"
    parts = {
        "title": html.escape(title),
        "css": (folder / "page.css").read_text("utf-8"),
        "manifest": script_json(manifest),
        "blocks": blocks.html(),
        "plotly": plotly_script(),
        "scripts": "\n".join((folder / f"{s}.js").read_text("utf-8") for s in SCRIPTS),
    }
    template = (folder / "page.html").read_text("utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)
