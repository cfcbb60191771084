"""`SetOperation`: one operation on fuzzy sets, as a definition and as code for the kernels."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

#: One instruction of a program: operation, argument, constant; see `Rows.program`.
Step = tuple[int, int, float]


class Operand(NamedTuple):
    """An operand, evaluated: memberships in [0, 1] and their weight."""

    membership: np.ndarray
    weight: float


class Compiled(NamedTuple):
    """An operand, compiled: the steps that leave w v of it on the stack, and those that leave
    w (-log(1 - m))."""

    direct: list[Step]
    complement: list[Step]


class SetOperation(NamedTuple):
    """One set operation.

    Attributes
    ----------
    symbol : str
        Its symbol in expressions and model files.
    syntax : type of ast.operator
        The operator of Python's grammar with that symbol.
    word : str
        Value of `combine` that applies it to all groups; "" for none.
    commutative : bool
        Whether it takes any number of operands in any order (associative as well); else it takes
        two.
    evaluate : callable
        Combined membership from the operands' own: the definition.
    compile : callable
        Steps that leave v of the result on the stack.
    """

    symbol: str
    syntax: type[ast.operator]
    word: str
    commutative: bool
    evaluate: Callable[[Sequence[Operand]], np.ndarray]
    compile: Callable[[Sequence[Compiled]], list[Step]]


def join_steps(parts: Iterable[list[Step]]) -> list[Step]:
    """The steps of several operands, one after the other."""
    return [step for part in parts for step in part]
