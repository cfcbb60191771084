"""Set operations on fuzzy sets: the table that parsing, evaluation, compilation and files read.

Memberships m in [0, 1] have weights as exponents: m^w, of a complement (1 - m)^w. Kernels work with
v = -log m: a product is a sum (SUM), and NOT is -log(1 - e^-v). Operations are compiled to these.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from ..engine.rows import NOT, SUM
from .set_operation import Compiled, Operand, SetOperation, Step, join_steps


def _intersect(operands: Sequence[Operand]) -> np.ndarray:
    """prod_i m_i^w_i"""
    return np.prod([m**w for m, w in operands], axis=0)


def _compile_intersection(operands: Sequence[Compiled]) -> list[Step]:
    return [*join_steps(o.direct for o in operands), (SUM, len(operands), 0.0)]


def _unite(operands: Sequence[Operand]) -> np.ndarray:
    """1 - prod_i (1 - m_i)^w_i"""
    return 1 - np.prod([(1 - m) ** w for m, w in operands], axis=0)


def _compile_union(operands: Sequence[Compiled]) -> list[Step]:
    complements = join_steps(o.complement for o in operands)
    return [*complements, (SUM, len(operands), 0.0), (NOT, 0, 0.0)]


def _contrast(operands: Sequence[Operand]) -> np.ndarray:
    """a^w (1 - b)^u"""
    (a, w), (b, u) = operands
    return a**w * (1 - b) ** u


def _compile_contrast(operands: Sequence[Compiled]) -> list[Step]:
    a, b = operands
    return [*a.direct, *b.complement, (SUM, 2, 0.0)]


INTERSECTION = SetOperation(
    "&", ast.BitAnd, "intersection", True, _intersect, _compile_intersection
)

SET_OPERATIONS: dict[str, SetOperation] = {
    operation.symbol: operation
    for operation in (
        INTERSECTION,
        SetOperation("|", ast.BitOr, "union", True, _unite, _compile_union),
        SetOperation("-", ast.Sub, "", False, _contrast, _compile_contrast),
    )
}
