"""Pictures by their structure: where colours, names and axes are, not the bytes of a file.

``python tests/pictures.py`` stores the present ones; look at them before (``--png FOLDER``).
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

STORED = Path(__file__).parent / "data/pictures.json"
#: Cells of the grid, and how far a mean colour of a cell may be off, of 255.
ACROSS, DOWN = 24, 18
MEAN_OFF, MOST_OFF = 2.0, 45.0
#: How far a text or an axis may be off, as a share of the picture.
PLACE_OFF = 0.03

N = 900


def model_of_fixed_places() -> Any:
    """A fitted model whose points do not hang on the layout: three discs and a ring."""
    import frameumap

    rng = np.random.default_rng(0)
    which = np.repeat(np.arange(4), N // 4)
    angle, radius = rng.random(N) * 2 * np.pi, np.sqrt(rng.random(N))
    radius = np.where(which == 3, 1.9 + 0.3 * radius, radius)
    middle = np.array([[0, 0], [5, 1], [2.5, 4], [8, 4]])[which]
    places = middle + radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    df = pd.DataFrame({
        "team": np.array(["ash", "birch", "cedar", "dogwood"])[which],
        "size": which * 10 + rng.normal(size=N).round(3),
        "hour": (angle / (2 * np.pi) * 24) % 24,
        "grade": pd.Categorical.from_codes(
            (radius * 2).astype(int).clip(0, 2), ["low", "middle", "high"], ordered=True
        ),
    })  # fmt: skip
    schema = {"team": "categorical", "size": "numeric", "hour": frameumap.cyclic(24),
              "grade": "ordinal"}  # fmt: skip
    model = frameumap.FrameUMAP(schema, n_neighbors=5, n_epochs=1).fit(df)
    model._model = dataclasses.replace(model._model, embedding=places.astype(np.float32))
    return model


def _segments() -> Any:
    names = ["small, early", "large and late", "middling", "a long name that needs room"]
    return SimpleNamespace(labels=np.repeat(np.arange(4), N // 4), names=names)


#: Name -> what draws it.
PICTURES: dict[str, Callable[[Any], Any]] = {
    "plain": lambda model: model.plot().figure,
    "levels": lambda model: model.plot("team").figure,
    "numbers": lambda model: model.plot("size").figure,
    "circle": lambda model: model.plot("hour").figure,
    "grades": lambda model: model.plot("grade").figure,
    "segments": lambda model: model.plot(_segments()).figure,
    "image": lambda model: model.plot("team", density=True).figure,
    "panels": lambda model: model.small_multiples(),
}


def describe(figure: Any) -> dict[str, Any]:
    """Mean colours on a grid, the texts and their places, the boxes of the axes."""
    figure.set_dpi(60)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[:, :, :3].astype(float)
    height, width = pixels.shape[:2]
    rows, columns = np.arange(height) * DOWN // height, np.arange(width) * ACROSS // width
    cell = (rows[:, None] * ACROSS + columns).ravel()
    count = np.bincount(cell, minlength=DOWN * ACROSS)
    means = [np.bincount(cell, pixels[:, :, c].ravel(), DOWN * ACROSS) / count for c in range(3)]
    return {
        "colors": np.stack(means, axis=1).round().astype(int).ravel().tolist(),
        "texts": sorted(_texts(figure, width, height)),
        "axes": [np.round(ax.get_position().bounds, 3).tolist() for ax in figure.axes],
        "shape": round(width / height, 3),
    }


def _texts(figure: Any, width: int, height: int) -> list[list[Any]]:
    from matplotlib.text import Text

    found = []
    for text in figure.findobj(Text):
        if (
            text.get_text().strip()
            and text.get_visible()
            and all(
                part.get_visible() for part in [text.axes or text] if hasattr(part, "get_visible")
            )
        ):
            box = text.get_window_extent()
            found.append([
                text.get_text(), round((box.x0 + box.x1) / 2 / width, 3),
                round((box.y0 + box.y1) / 2 / height, 3),
            ])  # fmt: skip
    return found


def differences(found: dict[str, Any], stored: dict[str, Any]) -> list[str]:
    """What differs between two descriptions, in words."""
    said = []
    if abs(found["shape"] - stored["shape"]) > PLACE_OFF:
        said.append(f"shape {found['shape']} instead of {stored['shape']}")
    off = np.abs(np.subtract(found["colors"], stored["colors"]))
    if off.mean() > MEAN_OFF or off.max() > MOST_OFF:
        said.append(f"colours: off by {off.mean():.1f} on average, {off.max()} at most")
    ours, theirs = ([t[0] for t in d["texts"]] for d in (found, stored))
    if ours != theirs:
        said.append(f"texts: {sorted(set(ours) ^ set(theirs))[:6]}")
    else:
        for (text, *a), (_, *b) in zip(found["texts"], stored["texts"], strict=True):
            if np.abs(np.subtract(a, b)).max() > PLACE_OFF:
                said.append(f"the text {text!r} is at {a} instead of {b}")
    if len(found["axes"]) != len(stored["axes"]):
        said.append(f"{len(found['axes'])} axes instead of {len(stored['axes'])}")
    elif found["axes"] and np.abs(np.subtract(found["axes"], stored["axes"])).max() > PLACE_OFF:
        said.append("an axis has moved")
    return said


def store() -> None:
    """Write the descriptions of the present pictures."""
    import matplotlib as mpl

    mpl.use("agg")
    model, made = model_of_fixed_places(), {}
    for name, draw in PICTURES.items():
        figure = draw(model)
        if "--png" in sys.argv:
            figure.savefig(Path(sys.argv[-1]) / f"{name}.png", dpi=110)
        made[name] = describe(figure)
    lines = ",\n".join(f'"{name}": {json.dumps(d)}' for name, d in made.items())
    STORED.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    store()
