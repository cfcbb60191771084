"""What each group contributes to the combined dissimilarity of a pair.

Under an intersection D is a sum and a group's part is w v. Under `|` and `-` it is the group's
Shapley value in the game whose coalition S has the worth f(S) = D of the expression with the groups
outside S struck out, f of none being 0: the mean change of D when the group joins, over all orders
of joining (Shapley 1953). An intersection inside is split first, since the values of a sum are the
sums of values. Negative parts are what pulls together: with a | b, b far and a near, b's part is
positive and a's negative.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..engine.rows import Rows
from ..graph.expression import Expression

#: Groups up to which all coalitions are valued; beyond, orders of joining are drawn.
EXACT_GROUPS = 10
ORDERS = 128
#: -log of the smallest double: what stands for a membership of 0 while differences are taken.
_FARTHEST = 745.0


def combined_parts(
    rows: Rows, names: list[str], expression: Expression, v: np.ndarray, total: np.ndarray
) -> np.ndarray:
    """Parts of D by group, float64 (m, n_groups), from the groups' distances v = d_g / s_g; rows
    sum to `total`."""
    if len(rows.program) == 0:
        parts = v * rows.weights[: v.shape[1]]
        return _adjusted(parts, total)
    parts = np.zeros_like(v)
    weights = dict(zip(names, rows.weights.tolist(), strict=False))
    column = {name: g for g, name in enumerate(names)}
    for operand in expression.operands if expression.operator == "&" else (expression,):
        own = sorted(operand.names())
        columns = [column[name] for name in own]

        def worth(kept: frozenset[str], operand: Expression = operand) -> np.ndarray:
            value = _value(operand, kept, column, v, weights)
            return np.zeros(len(v)) if value is None else np.minimum(value, _FARTHEST)

        parts[:, columns] += _shapley(own, worth, len(v))
    return _adjusted(parts, total)


def _value(
    node: Expression,
    kept: frozenset[str],
    column: dict[str, int],
    v: np.ndarray,
    weights: dict[str, float],
) -> np.ndarray | None:
    """-log m of a node whose groups outside `kept` are struck out; None where nothing of it is
    left."""
    if node.operator == "group":
        return weights[node.name] * v[:, column[node.name]] if node.name in kept else None
    if node.operator == "-":
        left, right = node.operands
        near = _value(left, kept, column, v, weights)
        far = _negated(right, kept, column, v, weights)
        return far if near is None else near if far is None else near + far
    if node.operator == "&":
        values = [
            u for o in node.operands if (u := _value(o, kept, column, v, weights)) is not None
        ]
        return sum(values) if values else None  # type: ignore[return-value]
    values = [u for o in node.operands if (u := _negated(o, kept, column, v, weights)) is not None]
    return _complement(sum(values)) if values else None  # type: ignore[arg-type]


def _negated(
    node: Expression,
    kept: frozenset[str],
    column: dict[str, int],
    v: np.ndarray,
    weights: dict[str, float],
) -> np.ndarray | None:
    """-log(1 - m) of a node; a group's weight is the exponent of 1 - m."""
    if node.operator == "group":
        return (
            weights[node.name] * _complement(v[:, column[node.name]]) if node.name in kept else None
        )
    value = _value(node, kept, column, v, weights)
    return None if value is None else _complement(value)


def _complement(v: np.ndarray) -> np.ndarray:
    """-log(1 - exp(-v)): 0 -> the farthest, the farthest -> 0."""
    with np.errstate(divide="ignore"):
        return np.minimum(-np.log(-np.expm1(-v)), _FARTHEST)


def _shapley(
    players: list[str], worth: Callable[[frozenset[str]], np.ndarray], m: int
) -> np.ndarray:
    """Shapley values (m, n_players): exact for few players, else the mean over seeded orders and
    their reverses."""
    count = len(players)
    values = np.zeros((m, count))
    if count <= EXACT_GROUPS:
        worths = [
            worth(frozenset(players[p] for p in range(count) if code >> p & 1))
            for code in range(1 << count)
        ]
        size_weight = _coalition_weights(count)
        for code in range(1 << count):
            for p in range(count):
                if not code >> p & 1:
                    values[:, p] += size_weight[code.bit_count()] * (
                        worths[code | 1 << p] - worths[code]
                    )
        return values
    rng = np.random.default_rng(0)
    for _ in range(ORDERS // 2):
        order = rng.permutation(count)
        for one in (order, order[::-1]):
            before, kept = np.zeros(m), frozenset[str]()
            for p in one.tolist():
                kept |= {players[p]}
                after = worth(kept)
                values[:, p] += (after - before) / ORDERS
                before = after
    return values


def _coalition_weights(count: int) -> list[float]:
    """|S|! (n - |S| - 1)! / n! by the size of S."""
    from math import comb

    return [1 / (count * comb(count - 1, size)) for size in range(count)]


def _adjusted(parts: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Parts that add up to the kernel's D to the last digits; where D is infinite, so is the
    largest part."""
    finite = np.isfinite(total)
    with np.errstate(invalid="ignore"):
        missing = np.where(finite, total - parts.sum(axis=1), 0.0)
    size = np.abs(parts)
    whole = size.sum(axis=1, keepdims=True)
    ratio = np.divide(
        size,
        whole,
        out=np.full_like(size, 1 / parts.shape[1]),
        where=(whole > 0) & np.isfinite(whole),
    )
    parts = parts + missing[:, None] * np.where(np.isfinite(parts), ratio, 0.0)
    rows = np.flatnonzero(~finite & ~np.isinf(parts).any(axis=1))
    parts[rows, parts[rows].argmax(axis=1)] = np.inf
    return parts
