"""`disagreement`: rows whose nearest rows in one part are far from them in another.

Of row i and two parts of D (columns, or groups that do not split) u and v, N(i) are the nearest
rows in u alone. The ratio

    r_uv(i) = mean d_v(i, N(i)) / mean d_v(i, random rows)

is small where u tells where i lies in v, and 1 where it does not. A row is an inconsistent record
in so far as its ratio exceeds what is usual for the pair, in units of the usual deviation: parts
that have nothing to do with each other surprise nobody, and neither do rows that are far from
everything. Ties in u, as in a category, are drawn by contents.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..model.model import Model
from .compare import unit_names
from .ratios import pair_ratios
from .wording import say_number

#: Least that the usual deviation of a ratio counts.
QUIET = 0.05
#: What surprise in both directions, of u by v and of v by u, counts beside surprise in one.
MUTUAL = 2.0
#: Power of what u tells of v, 1 - the usual ratio, in the surprise: parts that tell little surprise
#: by chance.
TELLS = 1.5
#: Rows that are worked on at once.
BLOCK = 4096
COLUMNS = ["score", "near", "far", "words"]


def usual_ratios(ratios: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of every pair of parts the mean ratio, at most 1, and the usual deviation from it, float64
    (U, U).

    Where u tells nothing of v the mean is 1, however skewed v is. The deviation is that of nine
    rows in ten, so that a few inconsistent ones do not count as usual.
    """
    units = ratios.shape[1]
    usual, deviation = np.ones((units, units)), np.zeros((units, units))
    for u in range(units):
        for v in range(units):
            line = ratios[:, u, v].astype(np.float64)
            known = line[~np.isnan(line)]
            if len(known):
                usual[u, v] = min(1.0, known.mean())
                gaps = np.zeros(len(line))
                gaps[: len(known)] = np.abs(known - usual[u, v])
                deviation[u, v] = np.quantile(gaps, 0.9, overwrite_input=True) / 1.645
    return usual, deviation


def surprises(ratios: np.ndarray, usual: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """How far each ratio exceeds what is usual for the pair, in usual deviations and times what u
    tells of v, float32 (n, U, U); 0 where it does not or is unknown."""
    scale = (1 - usual) ** TELLS / np.maximum(deviation, QUIET)
    excess = (ratios - usual.astype(np.float32)) * scale.astype(np.float32)
    return np.fmax(excess, np.float32(0), out=excess)


def contradictions(surprise: np.ndarray) -> np.ndarray:
    """How far each part is from where the others point, and points elsewhere itself, float32 (n,
    U); a part that contradicts one outweighs many that waver."""
    out = np.empty(surprise.shape[:2], np.float32)
    for first in range(0, len(surprise), BLOCK):
        one = surprise[first : first + BLOCK]
        other = one.transpose(0, 2, 1)
        both = one + other + np.float32(2 * MUTUAL) * np.sqrt(one * other)
        out[first : first + BLOCK] = np.sqrt((both**2).mean(axis=2))
    return out


def disagreements(model: Model, index: pd.Index, k: int) -> pd.DataFrame:
    """See `FrameUMAP.disagreement`."""
    n = len(index)
    names = np.array(unit_names(model), dtype=object)
    if n < 3 or len(names) < 2:
        nothing = {"score": np.zeros(n), "near": "", "far": "", "words": "nothing to compare"}
        return pd.DataFrame(nothing, index=index)[COLUMNS]
    ratios = pair_ratios(model, k)
    usual, deviation = usual_ratios(ratios)
    surprise = surprises(ratios, usual, deviation)
    by_part = contradictions(surprise)
    rows, far = np.arange(n), by_part.argmax(axis=1)
    near = surprise[rows, :, far].argmax(axis=1)
    score = by_part[rows, far]
    # Rows near in others may be near in this one, too, and only the reverse not hold.
    other = surprise[rows, far].argmax(axis=1)
    reverse = surprise[rows, near, far] == 0
    near, far = np.where(reverse, far, near), np.where(reverse, other, far)
    unusual = surprise[rows, near, far] > 0
    words = [
        f"rows near in {names[u]} are {say_number(r)} times as far in {names[v]} as any rows; "
        f"usual is {say_number(s)}"
        if is_unusual
        else "nothing unusual"
        for u, v, r, s, is_unusual in zip(
            near, far, ratios[rows, near, far], usual[near, far], unusual, strict=True
        )
    ]
    table = {
        "score": score,
        "near": np.where(unusual, names[near], ""),
        "far": np.where(unusual, names[far], ""),
        "words": words,
    }
    return pd.DataFrame(table, index=index)[COLUMNS]
