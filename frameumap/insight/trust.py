"""`trust`: which points of a map to believe.

*Elsewhere*: the share of a row's edges that lead out of its neighbourhood on the map. A point lies
where the pulls of its edges balance; where some of them pull to other places, the map of another
seed may put it there. *Drift*: how far short layouts of other seeds put the row from its
neighbourhood, in radii of that. Rows are flagged by the product of both, the worst first.

*Moved*: where `transform` puts the row if its own point were not there, from the neighbours it has;
the distance from its point in units of the radius of its neighbourhood. One pass of placing, no
fit. *Trustworthiness* and *continuity* are those of `ranks`.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse

from ..layout.sphere import to_vectors
from ..model.model import Model
from ..progress import Progress
from .alone import without_own_point
from .drift import drift
from .nearest import fitted_neighbors
from .ranks import baselines, continuity, nearest_points, reference_rows, trustworthiness
from .reports import Answer, html_table, plain
from .wording import say_share

#: Rows that the figures of baselines are means of.
BASELINE_ROWS = 200
#: Share of rows that is flagged at most: a list that names half of a table names nobody.
MOST_FLAGGED = 0.2
#: Share of a row's edges that lead out of its neighbourhood, or radii of drift, above which its
#: place is said to hang on chance: measured, with next to no row missed that most other seeds' maps
#: put elsewhere.
DOUBTFUL, DRIFTING = 0.1, 0.35
#: Least share of edges in the product with drift: rows whose edges are all short drift, too.
EVERYBODY = 0.2
#: Radius of the neighbourhood that edges lead out of, in usual ones.
OUTSIDE = 2.0
#: In neighbourhoods, what is called far for a row without its own point.
FAR = 1.0
#: An outlier, in times the usual distance to the nearest rows, and a hub, in times its share of the
#: lists.
REMOTE, HUB = 1.5, 5.0


@dataclass(frozen=True)
class Trust(Answer):
    """How far each point of a map can be believed.

    Attributes
    ----------
    rows : DataFrame
        `trustworthiness`, `continuity` (1 is perfect), `moved` (in neighbourhoods), `elsewhere`
        (share of the weight of its edges that leads out of its neighbourhood on the map), `drift`
        (how far other seeds put it from its neighbourhood, in radii of that),
        `remoteness` (D to its neighbours, 1 as usual), `hubness` (how often it is among the nearest
        of others, 1 on average), `flagged` and `reason`, under the index of the fit.
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
    near, far = _near_rows(model, k)
    references = reference_rows(model.packed.rows.keys)
    on_map, gaps = nearest_points(points, k)
    everyone = np.arange(n)
    table = {
        "trustworthiness": trustworthiness(model, on_map, references, everyone),
        "continuity": continuity(points, near, references, everyone),
    }
    landed = without_own_point(model)
    radius = neighbourhood_radius(points, on_map, gaps)
    table["moved"] = np.sqrt(((landed - points) ** 2).sum(axis=1)) / radius
    table["elsewhere"] = elsewhere(points, model.graph, float(np.median(gaps[:, -1])))
    usual = float(np.median(gaps[:, -1]))
    table["drift"] = drift(model, on_map, np.maximum(gaps[:, -1], max(0.25 * usual, 1e-12)))
    reach = np.where(np.isfinite(far), far, 0).mean(axis=1)
    table["remoteness"] = reach / max(float(np.median(reach)), 1e-12)
    table["hubness"] = np.bincount(near[near >= 0], minlength=n) / k
    rows = pd.DataFrame(table, index=index)
    flagged, reasons = flag(rows)
    rows["flagged"], rows["reason"] = flagged, reasons
    overall = {"map": (rows["trustworthiness"].mean(), rows["continuity"].mean())}
    some = references[:: max(1, len(references) // BASELINE_ROWS)]
    for name, other in baselines(model, points.shape[1]).items():
        found = nearest_points(other, k)[0][some]
        overall[name] = (
            trustworthiness(model, found, references, some).mean(),
            continuity(other, near[some], references, some).mean(),
        )
    columns = ["trustworthiness", "continuity"]
    return Trust(
        rows, pd.DataFrame.from_dict(overall, orient="index", columns=columns).astype(float), k
    )


def _near_rows(model: Model, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest other rows of all; the k - 1 that the graph was made of where those are all
    that is known, for one more would cost another search."""
    stored = model.index.knn
    known = stored.indices.shape[1] - 1
    if known == k - 1 and known > 0:
        return np.ascontiguousarray(stored.indices[:, 1:]), stored.distances[:, 1:]
    found = fitted_neighbors(model, None, k, Progress())
    return found.indices, found.distances


def neighbourhood_radius(points: np.ndarray, on_map: np.ndarray, gaps: np.ndarray) -> np.ndarray:
    """How far a row's nearest points lie, the median; of copies that lie on one spot, what is usual
    on the map."""
    radius = np.median(gaps, axis=1)
    usual = np.median(radius[radius > 0]) if (radius > 0).any() else 1.0
    return np.maximum(radius, 0.25 * usual)


def elsewhere(points: np.ndarray, graph: scipy.sparse.csr_array, usual: float) -> np.ndarray:
    """Share of the weight of every row's edges that leads farther than `OUTSIDE` usual radii on the
    map; the layout weighs these against the others, and another seed may weigh them otherwise."""
    tails = np.repeat(np.arange(len(points)), np.diff(graph.indptr))
    gaps = np.sqrt(((points[tails] - points[graph.indices]) ** 2).sum(axis=1))
    weights = graph.data.astype(np.float64)
    total = np.bincount(tails, weights, len(points))
    out = np.bincount(tails, weights * (gaps > OUTSIDE * usual), len(points))
    return out / np.maximum(total, 1e-30)


def flag(rows: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Rows whose place hangs on chance, at most `MOST_FLAGGED` of all, and why."""
    share, drifts = rows["elsewhere"].to_numpy(), rows["drift"].to_numpy()
    score = (EVERYBODY + share) * drifts
    order = np.lexsort((-share, -score))[: int(MOST_FLAGGED * len(rows))]
    flagged = np.zeros(len(rows), bool)
    flagged[order] = (share[order] > DOUBTFUL) | (drifts[order] > DRIFTING)
    columns = ("elsewhere", "drift", "moved", "remoteness", "hubness")
    values = zip(flagged, *(rows[c] for c in columns), strict=True)
    return flagged, [_reason(*line) if is_flagged else "" for is_flagged, *line in values]


def _reason(share: float, drifts: float, moved: float, remoteness: float, hubness: float) -> str:
    parts = [f"{say_share(share)} of its edges lead out of its neighbourhood"]
    if drifts > FAR:
        parts.append(f"other seeds put it {drifts:.1f} radii from its neighbourhood")
    if remoteness > REMOTE:
        parts.append("an outlier: its nearest rows are far")
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
        "elsewhere": 0 * one,
        "drift": 0 * one,
        "remoteness": one,
    }
    rows = pd.DataFrame({**values, "hubness": 0 * one, "flagged": False, "reason": ""}, index=index)
    overall = pd.DataFrame(
        1.0, index=["map", "pca", "random"], columns=["trustworthiness", "continuity"]
    )
    return Trust(rows, overall, 0)
