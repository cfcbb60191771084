"""What a sample costs, judged on rows that were kept aside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..columns.border import plain_columns
from ..model.model import Model
from ..model.sample_report import SampleReport
from ..model.transform import encode_new, new_parts
from ..neighbors.lists import KNN, empty
from ..neighbors.plan import query_neighbors
from ..neighbors.recall import nearest_of_all
from ..progress import Progress
from .hidden import hidden_columns, hide, tell
from .landmarks import Landmarks

#: Rows aside that are judged, and columns that are hidden in them, at most.
JUDGED, COLUMNS = 300, 12
#: Distances computed at most for the true neighbours.
PAIRS = 10_000_000
#: Lists are so many times as long as the model's, so that half and a quarter of the landmarks fill
#: one too.
LONGER = 8
#: Every doubling of the landmarks adds at most this share of what the one before added.
_MOST = 0.9


def judge_sample(model: Any, landmarks: Landmarks, frame: pd.DataFrame) -> SampleReport:
    """The report of a model that was fitted on `frame`, the landmarks."""
    report = SampleReport(
        landmarks.rows, len(landmarks.frame), landmarks.rare, round(landmarks.share, 6)
    )
    inner: Model = model._model
    k = inner.graph_options.n_neighbors
    if not len(landmarks.aside) or inner.index.plan.distinct < LONGER * k:
        return report
    aside = plain_columns(landmarks.aside.iloc[:JUDGED].reset_index(drop=True))
    told: dict[str, Any] = {"aside": len(aside), "recall": _recall(inner, aside, k)}
    skills = _skills(inner, frame, aside, k)
    if len(skills):
        told["skill"] = float(skills[0])
        told["loss"] = lost_skill(skills, landmarks.share)
    return SampleReport(**(report.to_json() | told))


def _recall(model: Model, aside: pd.DataFrame, k: int) -> float:
    """Share of the nearest landmarks of the rows aside that a search finds."""
    hits = []
    some = aside.iloc[: max(32, PAIRS // model.index.plan.distinct)]
    blocks = encode_new(model, some)
    for new, _ in new_parts(model, blocks, len(some)):
        metrics, seed = model.packed.metrics, model.graph_options.seed
        arguments = (new.rows, metrics, new.queries, k, seed, Progress())
        found = query_neighbors(model.index, *arguments)
        lists = KNN(found.indices.copy(), found.distances.copy())
        true = nearest_of_all(new.rows, new.queries, lists, seed, Progress())
        hits.append((found.distances <= true.distances[:, -1:]).mean(axis=1))
    return float(np.concatenate(hits).mean())


def _skills(model: Model, frame: pd.DataFrame, aside: pd.DataFrame, k: int) -> np.ndarray:
    """Mean skill by which columns hidden in the rows aside are told: by all landmarks, by half and
    by a quarter of them; empty where there is no column to hide."""
    blocks = encode_new(model, aside)
    seed, metrics = model.graph_options.seed, model.packed.metrics
    thinned = model.index.distinct.keys >> np.uint64(62)
    skills = []
    for name in hidden_columns(model, frame)[:COLUMNS]:
        found = empty(len(aside), LONGER * k)
        for new, picked in new_parts(model, hide(model, blocks, name), len(aside)):
            arguments = (new.rows, metrics, new.queries, LONGER * k, seed, Progress())
            found.indices[picked] = query_neighbors(model.index, *arguments).indices
        rows = [
            np.where(lists >= 0, model.index.classes.first[np.maximum(lists, 0)], -1)
            for lists in (_first_of(found.indices, thinned < most, k) for most in (4, 2, 1))
        ]
        skill = tell(frame[name], aside[name], rows)
        if skill is not None:
            skills.append(skill)
    return np.mean(skills, axis=0) if skills else np.empty(0)


def _first_of(lists: np.ndarray, among: np.ndarray, k: int) -> np.ndarray:
    """The first `k` of every list that are `among` the rows; -1 where there are fewer."""
    kept = (lists >= 0) & among[np.maximum(lists, 0)]
    order = np.argsort(~kept, axis=1, kind="stable")[:, :k]
    return np.where(np.take_along_axis(kept, order, 1), np.take_along_axis(lists, order, 1), -1)


def lost_skill(skills: np.ndarray, share: float) -> float:
    """Skill that all rows would add, from that by all landmarks, by half and by a quarter.

    What a doubling adds falls by a constant factor r: the sum of r + r^2 + ... times the last
    gain, over log2(1 / share) doublings.
    """
    gain, before = (max(0.0, float(skills[at] - skills[at + 1])) for at in (0, 1))
    ratio = min(_MOST, gain / before) if before > 0 else _MOST
    doublings = np.log2(1 / max(share, 1e-12))
    return gain * ratio * (1 - ratio**doublings) / (1 - ratio)
