"""`trust`: which points of a map to believe.

*Trustworthiness* and *continuity* (Venna and Kaski 2001) by row, under the mixed D: does a row's
neighbourhood in the map hold rows that are far from it, and are rows near to it far away in the
map? Of many rows the ranks are taken among some that are chosen by their contents.

*Moved*: where `transform` puts the row if its own point were not there, from the neighbours it has;
the distance from its point in units of the radius of its neighbourhood. One pass of placing, no
fit.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from ..engine.distance import dissimilarity
from ..engine.faults import watch_faults
from ..engine.jit import borrow, kernel
from ..engine.threads import parallel_for
from ..layout.sphere import to_vectors
from ..model.model import Model
from ..neighbors.sketch import sketch_rows
from ..progress import Progress
from .alone import own_strengths, without_own_point
from .nearest import fitted_neighbors
from .reports import Answer, html_table, plain
from .wording import say_share

#: Rows among which ranks are taken: all of so many, else so many.
ALL_ROWS, SOME_ROWS = 600, 256
#: Rows that the figures of baselines are means of.
BASELINE_ROWS = 200
#: Share of rows that is flagged at most: a list that names half of a table names nobody.
MOST_FLAGGED = 0.2
#: In neighbourhoods: what is called far for a row without its own point, and for its nearest rows.
FAR, SCATTERED = 1.0, 2.5
#: An outlier, in times the usual distance to the nearest rows, and a hub, in times its share of the
#: lists.
REMOTE, HUB = 1.5, 5.0


@dataclass(frozen=True)
class Trust(Answer):
    """How far each point of a map can be believed.

    Attributes
    ----------
    rows : DataFrame
        `trustworthiness`, `continuity` (1 is perfect), `moved` (in neighbourhoods), `scattered`
        (how far its neighbours lie on the map, in usual neighbourhoods), `remoteness` (D to its
        neighbours, 1 as usual), `hubness` (how often it is among the nearest of others, 1 on
        average), `flagged` and `reason`, under the index of the fit.
    overall : DataFrame
        Means of `trustworthiness` and `continuity` of the map, of a plane of principal axes, and of
        random positions.
    k : int
    """

    rows: pd.DataFrame = field(repr=False)
    overall: pd.DataFrame
    k: int

    @property
    def share_flagged(self) -> float:
        """Share of the rows that are flagged."""
        return float(self.rows["flagged"].mean())

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, strings and numbers."""
        return {
            "k": self.k,
            "overall": {name: plain(dict(line)) for name, line in self.overall.iterrows()},
            "share_flagged": self.share_flagged,
            "rows": {column: plain(self.rows[column]) for column in self.rows},
        }

    def _headline(self) -> str:
        best = self.overall.loc["map"]
        others = ", ".join(
            f"{name} {line['trustworthiness']:.3f}"
            for name, line in self.overall.iloc[1:].iterrows()
        )
        return (
            f"trustworthiness {best['trustworthiness']:.3f} ({others}), "
            f"continuity {best['continuity']:.3f}; "
            f"{say_share(self.share_flagged)} of the rows hang on chance"
        )

    def _worst(self) -> pd.DataFrame:
        flagged = self.rows[self.rows["flagged"]]
        return flagged.sort_values("moved", ascending=False, kind="stable").head(10)

    def __str__(self) -> str:
        return f"{self._headline()}\n{self._worst().to_string()}"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self._headline())}</p>{html_table(self._worst(), index=True)}"


@kernel
def _rank_among(first, last, rows, which, references, near, ranks):
    """Share of the references that are nearer to each row under D than each of its `near`."""
    rows = borrow(rows)
    k = near.shape[1]
    own = np.empty(k)
    for q in range(first, last):
        i = np.int64(which[q])
        farthest = 0.0
        for t in range(k):
            own[t] = dissimilarity(rows, rows.cells, i, rows.cells, np.int64(near[q, t]), np.inf)
            farthest = max(farthest, own[t])
        for r in references:
            if r == i:
                continue
            d = dissimilarity(rows, rows.cells, i, rows.cells, np.int64(r), farthest)
            for t in range(k):
                if d < own[t]:
                    ranks[q, t] += 1


@kernel
def _rank_on_map(first, last, points, which, references, near, ranks):
    """Share of the references that are nearer to each point than each of its `near`; those may be
    -1."""
    k = near.shape[1]
    own = np.empty(k)
    for q in range(first, last):
        i = np.int64(which[q])
        for t in range(k):
            own[t] = 0.0
            if near[q, t] >= 0:
                for c in range(points.shape[1]):
                    own[t] += (points[i, c] - points[near[q, t], c]) ** 2
        for r in references:
            if r == i:
                continue
            d = 0.0
            for c in range(points.shape[1]):
                d += (points[i, c] - points[r, c]) ** 2
            for t in range(k):
                if d < own[t]:
                    ranks[q, t] += 1


def _references(keys: np.ndarray) -> np.ndarray:
    n = len(keys)
    if n <= ALL_ROWS:
        return np.arange(n)
    order = np.argsort(keys, kind="stable")
    return np.ascontiguousarray(order[np.arange(SOME_ROWS) * n // SOME_ROWS])


def _penalty(ranks: np.ndarray, held: np.ndarray, references: int, n: int, k: int) -> np.ndarray:
    """1 - the sum of ranks beyond k over the most that it could be, of every row."""
    scale = (n - 1) / max(1, references - 1)
    beyond = np.where(held, np.maximum(0.0, ranks * scale + 1 - k), 0.0).sum(axis=1)
    worst = k * (n - 1 - k) - k * (k - 1) / 2 if 2 * k <= n - 1 else (n - 1 - k) * (n - k) / 2
    return 1 - beyond / max(worst, 1e-12) if worst > 0 else np.ones(len(ranks))


def trustworthiness(
    model: Model, on_map: np.ndarray, references: np.ndarray, which: np.ndarray
) -> np.ndarray:
    """Of the rows `which`: 1 unless their nearest points, `on_map`, are rows far from them."""
    ranks = np.zeros(on_map.shape)
    with watch_faults(model.feature_rows, model.feature_metrics, tuple(model.names)):
        arguments = (which, references, on_map, ranks)
        parallel_for(_rank_among, len(which), model.feature_rows, *arguments)
    everyone = np.ones(ranks.shape, bool)
    n = len(model.feature_rows.cells)
    return _penalty(ranks, everyone, len(references), n, on_map.shape[1])


def continuity(
    points: np.ndarray, near: np.ndarray, references: np.ndarray, which: np.ndarray
) -> np.ndarray:
    """Of the rows `which`: 1 unless rows that are `near` to them under D are far from them on the
    map."""
    ranks = np.zeros(near.shape)
    arguments = (which, references, near.astype(np.int64), ranks)
    parallel_for(_rank_on_map, len(which), points, *arguments)
    return _penalty(ranks, near >= 0, len(references), len(points), near.shape[1])


def nearest_points(points: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest other points of every point, int64 (n, k), and how far they are."""
    far, nearest = cKDTree(points).query(points, k + 1)
    distances, found = np.asarray(far), np.asarray(nearest)
    others = found != np.arange(len(points))[:, None]
    # More copies than k: the point itself was not among them.
    others[others.all(axis=1), -1] = False
    shape = (len(points), k)
    return found[others].reshape(shape), distances[others].reshape(shape)


def judge_map(model: Model, index: pd.Index, k: int) -> Trust:
    """See `FrameUMAP.trust`."""
    n = len(index)
    k = min(k, n - 1)
    sphere = model.layout_options.on_sphere
    points = np.ascontiguousarray(
        to_vectors(model.embedding) if sphere else model.embedding, np.float64
    )
    if k < 1:
        return _alone(index)
    near, far = fitted_neighbors(model, None, k, Progress())
    references = _references(model.packed.rows.keys)
    on_map, gaps = nearest_points(points, k)
    everyone = np.arange(n)
    table = {
        "trustworthiness": trustworthiness(model, on_map, references, everyone),
        "continuity": continuity(points, near, references, everyone),
    }
    landed = without_own_point(model)
    radius = neighbourhood_radius(points, on_map, gaps)
    table["moved"] = np.sqrt(((landed - points) ** 2).sum(axis=1)) / radius
    table["scattered"] = scatter(points, *own_strengths(model)) / np.median(radius)
    reach = np.where(np.isfinite(far), far, 0).mean(axis=1)
    table["remoteness"] = reach / max(float(np.median(reach)), 1e-12)
    table["hubness"] = np.bincount(near[near >= 0], minlength=n) / k
    rows = pd.DataFrame(table, index=index)
    flagged, reasons = flag(rows)
    rows["flagged"], rows["reason"] = flagged, reasons
    overall = {"map": (rows["trustworthiness"].mean(), rows["continuity"].mean())}
    some = references[:: max(1, len(references) // BASELINE_ROWS)]
    for name, other in _baselines(model, points.shape[1]).items():
        found = nearest_points(other, k)[0][some]
        overall[name] = (
            trustworthiness(model, found, references, some).mean(),
            continuity(other, near[some], references, some).mean(),
        )
    columns = ["trustworthiness", "continuity"]
    return Trust(
        rows, pd.DataFrame.from_dict(overall, orient="index", columns=columns).astype(float), k
    )


def neighbourhood_radius(points: np.ndarray, on_map: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """How far a row's nearest points lie, the median; of copies that lie on one spot, what is usual
    on the map."""
    radius = np.median(gaps, axis=1)
    usual = np.median(radius[radius > 0]) if (radius > 0).any() else 1.0
    return np.maximum(radius, 0.25 * usual)


def scatter(points: np.ndarray, heads: np.ndarray, strengths: np.ndarray) -> np.ndarray:
    """How far a row's neighbours under D lie on the map: the geometric mean, by the strengths of
    the edges."""
    gaps = np.sqrt(((points[:, None, :] - points[np.maximum(heads, 0)]) ** 2).sum(axis=2))
    usual = np.median(gaps[heads >= 0]) if (heads >= 0).any() else 1.0
    weights = strengths.astype(np.float64)
    total = np.maximum(weights.sum(axis=1), 1e-30)
    return np.exp((weights * np.log(gaps + 0.05 * max(usual, 1e-12))).sum(axis=1) / total)


def flag(rows: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Rows whose place hangs on chance, at most `MOST_FLAGGED` of all, and why."""
    moved, scattered = rows["moved"].to_numpy(), rows["scattered"].to_numpy()
    doubtful = np.flatnonzero((moved > FAR) | (scattered > SCATTERED))
    order = doubtful[np.argsort(-(scattered + moved)[doubtful], kind="stable")]
    flagged = np.zeros(len(rows), bool)
    flagged[order[: int(MOST_FLAGGED * len(rows))]] = True
    reasons = []
    columns = ("moved", "scattered", "remoteness", "hubness")
    for is_flagged, *values in zip(flagged, *(rows[c] for c in columns), strict=True):
        reasons.append(_reason(*values) if is_flagged else "")
    return flagged, reasons


def _reason(moved: float, scattered: float, remoteness: float, hubness: float) -> str:
    parts = []
    if remoteness > REMOTE:
        parts.append("an outlier: its nearest rows are far")
    if scattered > SCATTERED:
        parts.append("its nearest rows lie in several places")
    if moved > FAR:
        parts.append(f"lands {moved:.1f} neighbourhoods away without its own point")
    if hubness > HUB:
        parts.append("a hub: among the nearest of many rows")
    return "; ".join(parts)


def _alone(index: pd.Index) -> Trust:
    """Of a single row there is nothing to doubt."""
    one = np.ones(len(index))
    values = {
        "trustworthiness": one,
        "continuity": one,
        "moved": 0 * one,
        "scattered": one,
        "remoteness": one,
    }
    rows = pd.DataFrame({**values, "hubness": 0 * one, "flagged": False, "reason": ""}, index=index)
    overall = pd.DataFrame(
        1.0, index=["map", "pca", "random"], columns=["trustworthiness", "continuity"]
    )
    return Trust(rows, overall, 0)


def _baselines(model: Model, dims: int) -> dict[str, np.ndarray]:
    """Positions on principal axes of the rows' sketch, and at random."""
    sketch = sketch_rows(
        model.feature_rows, model.feature_metrics, model.graph_options.seed
    ).astype(np.float64)
    centred = sketch - sketch.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    rng = np.random.default_rng(model.graph_options.seed)
    return {
        "pca": np.ascontiguousarray(centred @ vectors[:, ::-1][:, :dims]),
        "random": rng.random((len(sketch), dims)),
    }
