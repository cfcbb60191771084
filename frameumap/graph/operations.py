"""Set operations on fuzzy sets: the one table that parsing, evaluation, compilation and the model
file read.

An operation acts on memberships m in [0, 1] with weights as exponents, after the complement where
it takes one: m^w under an intersection, (1 - m)^w under a union. Kernels work with v = -log m, in
which a product is a sum (SUM) and NOT is -log(1 - e^-v); every operation is compiled to these, so
a new one is a new entry here and no kernel changes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

import numpy as np

from ..engine.rows import NOT, SUM
from .set_operation import Compiled, Operand, SetOperation, Step


def _intersect(operands: Sequence[Operand]) -> np.ndarray:
    """prod_i m_i^w_i"""
    return np.prod([m**w for m, w in operands], axis=0)


def _compile_intersection(operands: Sequence[Compiled]) -> list[Step]:
    return [*_joined(o.direct for o in operands), (SUM, len(operands), 0.0)]


def _unite(operands: Sequence[Operand]) -> np.ndarray:
    """1 - prod_i (1 - m_i)^w_i"""
    return 1 - np.prod([(1 - m) ** w for m, w in operands], axis=0)


def _compile_union(operands: Sequence[Compiled]) -> list[Step]:
    complements = _joined(o.complement for o in operands)
    return [*complements, (SUM, len(operands), 0.0), (NOT, 0, 0.0)]


def _contrast(operands: Sequence[Operand]) -> np.ndarray:
    """a^w (1 - b)^u"""
    (a, w), (b, u) = operands
    return a**w * (1 - b) ** u


def _compile_contrast(operands: Sequence[Compiled]) -> list[Step]:
    a, b = operands
    return [*a.direct, *b.complement, (SUM, 2, 0.0)]


def _joined(parts: Iterable[list[Step]]) -> list[Step]:
    return [step for part in parts for step in part]


INTERSECTION = SetOperation(
    "&", ast.BitAnd, "intersection", True, _intersect, _compile_intersection
)

#: By symbol.
SET_OPERATIONS: dict[str, SetOperation] = {
    operation.symbol: operation
    for operation in (
        INTERSECTION,
        SetOperation("|", ast.BitOr, "union", True, _unite, _compile_union),
        SetOperation("-", ast.Sub, "", False, _contrast, _compile_contrast),
    )
}
