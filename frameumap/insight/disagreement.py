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

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..engine.faults import watch_faults
from ..engine.jit import borrow, kernel, mix
from ..engine.threads import parallel_for
from ..model.model import Model
from .compare import unit_names
from .parts import all_units, unit_distance
from .wording import say_number

#: Rows among which the nearest are sought: all of so many, else so many, chosen by contents.
ALL_ROWS, SOME_ROWS = 2500, 1000
#: What counts as near, in mean distances: of a rare level that are those that have it, not others.
NEAR = 0.5
#: Least that the usual deviation of a ratio counts.
QUIET = 0.05
#: What surprise in both directions, of u by v and of v by u, counts beside surprise in one.
MUTUAL = 2.0
#: Power of what u tells of v, 1 - the usual ratio, in the surprise: parts that tell little surprise
#: by chance.
TELLS = 1.5
COLUMNS = ["score", "near", "far", "words"]


class Parts(NamedTuple):
    """Parts of D, as kernels read them.

    Attributes
    ----------
    groups : int64 (U,)
    starts : int64 (U + 1,)
        Part u has the words words[starts[u]:starts[u + 1]] of a row.
    words : int64
    """

    groups: np.ndarray
    starts: np.ndarray
    words: np.ndarray


@kernel
def _ratios(first, last, rows, references, parts, k, ratios):
    """r_uv of every row -> ratios (n, U, U), nan where one of the parts is absent."""
    rows = borrow(rows)
    groups, starts, words = parts
    units = len(groups)
    v = np.empty((len(references), units))
    reach, near = np.empty(units), np.empty(k, np.int64)
    far, tie = np.empty(k), np.empty(k, np.uint64)
    scratch = np.empty((3, len(words)), np.int32)
    for i in range(first, last):
        for u in range(units):
            total, count = 0.0, 0
            for t in range(len(references)):
                v[t, u] = -1.0
                j = np.int64(references[t])
                if j != i:
                    own = words[starts[u] : starts[u + 1]]
                    v[t, u] = unit_distance(
                        rows, groups[u], own, rows.cells, i, rows.cells, j, scratch
                    )
                    if v[t, u] >= 0:
                        total += v[t, u]
                        count += 1
            reach[u] = total / count if count > 0 else 0.0
        for u in range(units):
            held = 0
            for t in range(len(references)):
                d = v[t, u]
                if not 0 <= d <= NEAR * reach[u] or (held == k and d > far[k - 1]):
                    continue
                order = mix(rows.keys[references[t]] ^ mix(rows.keys[i]))
                if held == k and d == far[k - 1] and order >= tie[k - 1]:
                    continue
                at = held if held < k else k - 1
                while at > 0 and (far[at - 1] > d or (far[at - 1] == d and tie[at - 1] > order)):
                    far[at], tie[at], near[at] = far[at - 1], tie[at - 1], near[at - 1]
                    at -= 1
                far[at], tie[at], near[at] = d, order, t
                held = min(k, held + 1)
            for w in range(units):
                total, count = 0.0, 0
                for t in range(held):
                    if v[near[t], w] >= 0:
                        total += v[near[t], w]
                        count += 1
                known = count > 1 and reach[w] > 0 and w != u
                ratios[i, u, w] = total / count / reach[w] if known else np.nan


def pair_ratios(model: Model, k: int) -> np.ndarray:
    """r_uv of every row, float32 (n, U, U); nan where a row lacks one of the parts."""
    rows = model.feature_rows
    n = len(rows.cells)
    order = np.argsort(rows.keys, kind="stable")
    some = order if n <= ALL_ROWS else order[np.arange(SOME_ROWS) * n // SOME_ROWS]
    units = all_units(model)
    starts = np.concatenate([[0], np.cumsum([len(unit.words) for unit in units])]).astype(np.int64)
    words = np.concatenate([unit.words for unit in units]).astype(np.int64)
    groups = np.array([unit.group for unit in units], np.int64)
    ratios = np.empty((n, len(units), len(units)), np.float32)
    near = max(1, min(k, len(some) - 1))
    some = np.ascontiguousarray(some)
    with watch_faults(rows, model.feature_metrics, tuple(model.names)):
        parallel_for(_ratios, n, rows, some, Parts(groups, starts, words), near, ratios)
    return ratios


def usual_ratios(ratios: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of every pair of parts the mean ratio, at most 1, and the usual deviation from it, float64
    (U, U).

    Where u tells nothing of v the mean is 1, however skewed v is. The deviation is that of nine
    rows in ten, so that a few inconsistent ones do not count as usual.
    """
    known = ~np.isnan(ratios)
    filled = np.where(known, ratios, 0.0).astype(np.float64)
    count = known.sum(axis=0)
    mean = np.divide(filled.sum(axis=0), count, out=np.ones(count.shape), where=count > 0)
    usual = np.minimum(mean, 1.0)
    gaps = np.abs(np.where(known, ratios, usual) - usual)
    return usual, np.quantile(gaps, 0.9, axis=0) / 1.645


def surprises(ratios: np.ndarray) -> np.ndarray:
    """How far each ratio exceeds what is usual for the pair, in usual deviations and times what u
    tells of v, float64 (n, U, U); 0 where unknown."""
    usual, deviation = usual_ratios(ratios)
    excess = np.nan_to_num((ratios - usual) / np.maximum(deviation, QUIET))
    return excess * (1 - usual) ** TELLS


def disagreements(model: Model, index: pd.Index, k: int) -> pd.DataFrame:
    """See `FrameUMAP.disagreement`."""
    n = len(index)
    names = np.array(unit_names(model), dtype=object)
    if n < 3 or len(names) < 2:
        nothing = {"score": np.zeros(n), "near": "", "far": "", "words": "nothing to compare"}
        return pd.DataFrame(nothing, index=index)[COLUMNS]
    ratios = pair_ratios(model, k)
    surprise = np.maximum(surprises(ratios), 0.0)
    usual = usual_ratios(ratios)[0]
    # How far each part is from where the others point, and points elsewhere itself.
    mutual = np.sqrt(surprise * surprise.transpose(0, 2, 1))
    both = surprise + surprise.transpose(0, 2, 1) + 2 * MUTUAL * mutual
    by_part = np.sqrt((both**2).mean(axis=2))  # a part that contradicts outweighs many that waver
    rows, far = np.arange(n), by_part.argmax(axis=1)
    near = surprise[rows, :, far].argmax(axis=1)
    score = by_part[rows, far]
    own = ratios[rows, near, far]
    words = [
        f"rows near in {names[u]} are {say_number(r)} times as far in {names[v]} as any rows; "
        f"usual is {say_number(s)}"
        for u, v, r, s in zip(near, far, own, usual[near, far], strict=True)
    ]
    table = {"score": score, "near": names[near], "far": names[far], "words": words}
    return pd.DataFrame(table, index=index)[COLUMNS]
