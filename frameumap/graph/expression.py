"""Expressions over group names, `"(size & grade) | place"`, and their programs for the kernels.

The algebra is that of fuzzy sets: intersection ab, union a + b - ab, complement 1 - a, contrast a -
b = a (1 - b); a group's weight w stands as an exponent, a^w under an intersection and (1 - a)^w
under a union. Kernels work with v = -log m, where an
intersection is a sum and, by De Morgan, a union is the complement of the sum of complements.

Operands of & and | are flattened and put in a fixed order, so any order of writing gives the same bits.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..engine.rows import NOT, PUSH, SCALE, SUM
from ..errors import ParameterError, check_one_of

MAX_OPERANDS = 100  # the kernels' stack holds 128 words


@dataclass(frozen=True, order=True)
class Term:
    """A node: `operator` is "group", "&", "|" or "-"; a group has a `name`, the others `operands`."""

    operator: str
    name: str = ""
    operands: tuple[Term, ...] = ()

    def __str__(self) -> str:
        if self.operator == "group":
            return self.name if self.name.isidentifier() else f"`{self.name}`"
        return f"({f' {self.operator} '.join(map(str, self.operands))})"

    def names(self) -> set[str]:
        """Names of the groups below."""
        return (
            {self.name}
            if self.operator == "group"
            else set().union(*(o.names() for o in self.operands))
        )


#: What each operator of Python's grammar means here; a new set operation is one more line and its
#: code in `_emit`.
SET_OPERATIONS: dict[type[ast.operator], str] = {ast.BitAnd: "&", ast.BitOr: "|", ast.Sub: "-"}


def parse(text: str, groups: Sequence[str]) -> Term:
    """Read `combine`: "intersection", "union" or an expression; names that are no identifiers are
    written in backticks.

    Raises
    ------
    ParameterError
        If it is no expression, uses another operator, or names a group that does not exist.

    Examples
    --------
    >>> str(parse("grade & (size | `Lot Area`)", ["grade", "size", "Lot Area"]))
    '(grade & (`Lot Area` | size))'
    """
    try:
        return _parse(text, groups)
    except ParameterError as error:
        quoted = [f"`{name}`" for name in groups if not name.isidentifier()]
        hint = f". Write names that are no identifiers in backticks: {', '.join(quoted[:5])}"
        raise ParameterError(f"{error}{hint if quoted else ''}") from None


def _parse(text: str, groups: Sequence[str]) -> Term:
    if text in ("intersection", "union"):
        operator = "&" if text == "intersection" else "|"
        return _join(operator, [Term("group", name) for name in groups])
    quoted: dict[str, str] = {}

    def hide(match: re.Match[str]) -> str:
        quoted[key := f"_quoted_{len(quoted)}_"] = match[1]
        return key

    try:
        tree = ast.parse(re.sub(r"`([^`]+)`", hide, text), mode="eval").body
    except SyntaxError as error:
        raise ParameterError(
            f"combine={text!r} is not 'intersection', 'union' or an expression such as '(size & grade) | place': {error.msg}"
        ) from None

    def read(node: ast.expr) -> Term:
        if isinstance(node, ast.Name):
            name = quoted.get(node.id, node.id)
            return Term("group", check_one_of(name, groups, f"group in combine={text!r}"))
        if isinstance(node, ast.BinOp) and type(node.op) in SET_OPERATIONS:
            return _join(SET_OPERATIONS[type(node.op)], [read(node.left), read(node.right)])
        raise ParameterError(
            f"combine={text!r}: only group names, &, |, - and parentheses are understood"
        )

    return read(tree)


def _join(operator: str, operands: list[Term]) -> Term:
    if len(operands) == 1:
        return operands[0]
    if operator == "-":
        return Term("-", operands=tuple(operands))
    flat = [part for o in operands for part in (o.operands if o.operator == operator else (o,))]
    if len(flat) > MAX_OPERANDS:
        raise ParameterError(
            f"combine joins {len(flat)} groups with {operator}; at most {MAX_OPERANDS} can be joined"
        )
    return Term(operator, operands=tuple(sorted(flat)))


def evaluate(
    term: Term, memberships: Mapping[str, np.ndarray], weights: Mapping[str, float]
) -> np.ndarray:
    """Combined membership of pairs from each group's own, arrays in [0, 1]: the definition, in
    numpy."""

    def value(node: Term) -> np.ndarray:
        if node.operator == "group":
            return np.asarray(memberships[node.name], np.float64)
        if node.operator == "&":
            return np.prod([value(o) ** weight(o) for o in node.operands], axis=0)
        if node.operator == "|":
            return 1 - np.prod([(1 - value(o)) ** weight(o) for o in node.operands], axis=0)
        left, right = node.operands
        return value(left) ** weight(left) * (1 - value(right)) ** weight(right)

    def weight(node: Term) -> float:
        return weights[node.name] if node.operator == "group" else 1.0

    return value(term) ** weight(term)


def compile_program(
    term: Term, groups: Sequence[str], weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Postfix program of `term` for `Rows.program` and `Rows.constants`; empty for the intersection
    of all groups."""
    plain = term.operator in ("&", "group") and sorted(
        o.name for o in term.operands or (term,)
    ) == sorted(groups)
    steps: list[tuple[int, int, float]] = []
    if not plain:
        _emit(term, list(groups), weights, steps)
    program = np.array([step[:2] for step in steps], np.int64).reshape(-1, 2)
    return program, np.array([step[2] for step in steps], np.float64)


def _emit(
    term: Term, groups: list[str], weights: np.ndarray, steps: list[tuple[int, int, float]]
) -> None:
    def push(node: Term, negate: bool) -> None:
        """v of a node, or -log(1 - m) if `negate`; a group's weight is applied to what is
        pushed."""
        if node.operator == "group":
            steps.append((PUSH, groups.index(node.name), 0.0))
            if negate:
                steps.append((NOT, 0, 0.0))
            steps.append((SCALE, 0, float(weights[groups.index(node.name)])))
        else:
            _emit(node, groups, weights, steps)
            if negate:
                steps.append((NOT, 0, 0.0))

    if term.operator == "group":
        push(term, False)
    elif term.operator == "-":
        push(term.operands[0], False)
        push(term.operands[1], True)
        steps.append((SUM, 2, 0.0))
    else:
        for operand in term.operands:
            push(operand, term.operator == "|")
        steps.append((SUM, len(term.operands), 0.0))
        if term.operator == "|":
            steps.append((NOT, 0, 0.0))
