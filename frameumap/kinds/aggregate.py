"""Aggregation of the values of several rows into one, for the inverse.

Each takes the values of k rows for each of m points and returns one value per column as words, (m,
p), and its presence, bool (m, p): a value is absent where rows of more than half the weight lack
it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Chosen = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Nearest:
    """Packed values of one group in k rows, for each of m points.

    Attributes
    ----------
    values : float32 or int32 (m, k, p)
    weights : float64 (m, k)
        They sum to 1 for every point.
    present : bool (m, k, p)
    measure : function
        Gives the group's distances between the k rows, float64 (m, k, k).
    """

    values: np.ndarray
    weights: np.ndarray
    present: np.ndarray
    measure: Callable[[], np.ndarray]


def mostly(weights: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Whether rows of at least half the weight have the value, bool (m, p)."""
    return (weights[:, :, None] * present).sum(axis=1) >= 0.5


def weighted_median(values: np.ndarray, weights: np.ndarray, present: np.ndarray) -> Chosen:
    """Per column the smallest value that, with those below it, has half of the weight present; and
    whether there is one."""
    order = np.argsort(np.where(present, values, np.inf), axis=1, kind="stable")
    share = np.take_along_axis(weights[:, :, None] * present, order, axis=1)
    reached = np.cumsum(share, axis=1) >= 0.5 * share.sum(axis=1, keepdims=True) - 1e-12
    at = np.take_along_axis(order, reached.argmax(axis=1)[:, None, :], axis=1)
    return np.take_along_axis(values, at, axis=1)[:, 0], mostly(weights, present)


def weighted_mode(values: np.ndarray, weights: np.ndarray, present: np.ndarray) -> Chosen:
    """Per column the code with the most weight, the lowest of several; and whether there is one."""
    same = values[:, :, None, :] == values[:, None, :, :]
    votes = (same * (weights[:, None, :, None] * present[:, None, :, :])).sum(axis=2)
    votes = np.where(present, votes, -1)
    best = votes.max(axis=1, keepdims=True)
    chosen = np.where(votes >= best - 1e-12, values, np.iinfo(np.int32).max).min(axis=1)
    return chosen, mostly(weights, present)


def median(nearest: Nearest) -> Chosen:
    """The weighted median, for ordered values."""
    return weighted_median(nearest.values, nearest.weights, nearest.present)


def mode(nearest: Nearest) -> Chosen:
    """The weighted mode, for codes."""
    return weighted_mode(nearest.values, nearest.weights, nearest.present)


def mean(nearest: Nearest) -> Chosen:
    """The weighted mean, for coordinates and vectors."""
    share = nearest.weights[:, :, None] * nearest.present
    total = np.maximum(share.sum(axis=1), 1e-30)
    return (nearest.values * share).sum(axis=1) / total, mostly(nearest.weights, nearest.present)


def circular_mean(nearest: Nearest) -> Chosen:
    """The direction of the weighted mean on the circle, for phases in [0, 1)."""
    turned = np.exp(2j * np.pi * nearest.values.astype(np.float64))
    turns = (nearest.weights[:, :, None] * nearest.present * turned).sum(axis=1)
    return np.angle(turns) / (2 * np.pi) % 1.0, mostly(nearest.weights, nearest.present)


def medoid(nearest: Nearest) -> Chosen:
    """The words of the row whose weighted distances to the others are least, for anything with a
    metric."""
    has = nearest.present.any(axis=2)
    shares = nearest.weights * has
    cost = (nearest.measure() * shares[:, None, :]).sum(axis=2)
    at = np.where(has, cost, np.inf).argmin(axis=1)
    rows = np.arange(len(at))
    kept = nearest.present[rows, at] & (shares.sum(axis=1) >= 0.5)[:, None]
    return nearest.values[rows, at], kept
