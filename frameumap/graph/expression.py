"""Expressions over group names, `"(size & grade) | place"`, and their programs for the kernels.

The algebra is that of fuzzy sets: intersection ab, union a + b - ab, complement 1 - a, contrast
a - b = a (1 - b); see `operations`. Operands of & and | are flattened and put in a fixed order, so
any order of writing gives the same bits.
"""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.rows import NOT, PUSH, SCALE
from ..errors import ParameterError, check_one_of
from .operations import INTERSECTION, SET_OPERATIONS
from .set_operation import Compiled, Operand, SetOperation, Step

MAX_OPERANDS = 100  # the kernels' stack holds 128 words
_QUOTED = re.compile("`((?:[^`]|``)*)`")
#: `Expression.operator` of a group's name.
GROUP = "group"


@dataclass(frozen=True, order=True)
class Expression:
    """A node: `operator` is "group" or the symbol of a set operation; a group has a `name`, the
    others `operands`."""

    operator: str
    name: str = ""
    operands: tuple[Expression, ...] = ()

    def __str__(self) -> str:
        if self.operator == GROUP:
            return quoted_name(self.name)
        return f"({f' {self.operator} '.join(map(str, self.operands))})"

    def names(self) -> set[str]:
        """Names of the groups below."""
        if self.operator == GROUP:
            return {self.name}
        return set().union(*(o.names() for o in self.operands))

    def intersect(self, names: Sequence[str]) -> Expression:
        """The intersection with the groups `names` as well; itself if there are none."""
        if not names:
            return self
        parts = self.operands if self.operator == INTERSECTION.symbol else (self,)
        further = [Expression(GROUP, name) for name in names]
        return Expression(INTERSECTION.symbol, operands=tuple(sorted([*parts, *further])))


def parse(text: str, groups: Sequence[str]) -> Expression:
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
        quoted = [quoted_name(name) for name in groups if quoted_name(name) != name]
        shown = ", ".join(n if n.isprintable() else repr(n) for n in quoted[:5])
        hint = f". Write names that are no identifiers in backticks: {shown}"
        raise ParameterError(f"{error}{hint if quoted else ''}") from None


def quoted_name(name: str) -> str:
    """A group's name as `parse` reads it: in backticks unless Python takes it for a name, a
    backtick in it twice.

    Examples
    --------
    >>> quoted_name("size"), quoted_name("Lot Area"), quoted_name("class"), quoted_name("a`b")
    ('size', '`Lot Area`', '`class`', '`a``b`')
    """
    plain = name.isidentifier() and not keyword.iskeyword(name)
    # Python reads names in their normal form: 'ﬁ' as 'fi'.
    if plain and unicodedata.normalize("NFKC", name) == name:
        return name
    return "`" + name.replace("`", "``") + "`"


def _parse(text: str, groups: Sequence[str]) -> Expression:
    for operation in SET_OPERATIONS.values():
        if operation.word and text == operation.word:
            return _join(operation, [Expression(GROUP, name) for name in groups])
    quoted: dict[str, str] = {}
    mark = "_quoted"
    while mark in text:
        mark += "_"

    def hide(match: re.Match[str]) -> str:
        quoted[key := f"{mark}{len(quoted)}"] = match[1].replace("``", "`")
        return key

    try:
        tree = ast.parse(_QUOTED.sub(hide, text).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        words = ", ".join(repr(o.word) for o in SET_OPERATIONS.values() if o.word)
        raise ParameterError(
            f"combine={text!r} is not {words} or an expression such as '(size & grade) | place': "
            f"{getattr(error, 'msg', error)}"
        ) from None

    def read(node: ast.expr) -> Expression:
        if isinstance(node, ast.Name):
            name = quoted.get(node.id, node.id)
            return Expression(GROUP, check_one_of(name, groups, f"group in combine={text!r}"))
        if isinstance(node, ast.BinOp):
            for operation in SET_OPERATIONS.values():
                if isinstance(node.op, operation.syntax):
                    return _join(operation, [read(node.left), read(node.right)])
        symbols = ", ".join(SET_OPERATIONS)
        raise ParameterError(
            f"combine={text!r}: only group names, {symbols} and parentheses are understood"
        )

    return read(tree)


def _join(operation: SetOperation, operands: list[Expression]) -> Expression:
    if len(operands) == 1:
        return operands[0]
    symbol = operation.symbol
    if not operation.commutative:
        return Expression(symbol, operands=tuple(operands))
    flat = [part for o in operands for part in (o.operands if o.operator == symbol else (o,))]
    if len(flat) > MAX_OPERANDS:
        raise ParameterError(
            f"combine joins {len(flat)} groups with {symbol}; at most {MAX_OPERANDS} can be joined"
        )
    return Expression(symbol, operands=tuple(sorted(flat)))


def evaluate(
    expression: Expression, memberships: Mapping[str, np.ndarray], weights: Mapping[str, float]
) -> np.ndarray:
    """Combined membership of pairs from each group's own, arrays in [0, 1]: the definition, in
    numpy."""

    def operand(node: Expression) -> Operand:
        if node.operator == GROUP:
            return Operand(np.asarray(memberships[node.name], np.float64), weights[node.name])
        operation = SET_OPERATIONS[node.operator]
        return Operand(operation.evaluate([operand(o) for o in node.operands]), 1.0)

    value, weight = operand(expression)
    return value**weight


def compile_program(
    expression: Expression, groups: Sequence[str], weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Postfix program of `expression` for `Rows.program` and `Rows.constants`; empty for the
    intersection of all groups."""
    plain = expression.operator in (INTERSECTION.symbol, GROUP) and sorted(
        o.name for o in expression.operands or (expression,)
    ) == sorted(groups)
    steps = [] if plain else _compile(expression, list(groups), weights).direct
    program = np.array([step[:2] for step in steps], np.int64).reshape(-1, 2)
    return program, np.array([step[2] for step in steps], np.float64)


def _compile(node: Expression, groups: list[str], weights: np.ndarray) -> Compiled:
    """Steps of a node; a group's weight applies to what is pushed, after the complement."""
    negate: Step = (NOT, 0, 0.0)
    if node.operator == GROUP:
        g = groups.index(node.name)
        push, scale = (PUSH, g, 0.0), (SCALE, 0, float(weights[g]))
        return Compiled([push, scale], [push, negate, scale])
    operands = [_compile(o, groups, weights) for o in node.operands]
    steps = SET_OPERATIONS[node.operator].compile(operands)
    return Compiled(steps, [*steps, negate])


def expression_to_json(expression: Expression) -> list[Any]:
    """["group", name], or [symbol, operands]."""
    if expression.operator == GROUP:
        return [GROUP, expression.name]
    return [expression.operator, [expression_to_json(o) for o in expression.operands]]


def expression_from_json(data: Any, names: Sequence[str]) -> Expression:
    """An expression over the groups `names`; ValueError if it is none."""
    match data:
        case ["group", str(name)] if name in names:
            return Expression(GROUP, name)
        case [str(symbol), [*operands]] if symbol in SET_OPERATIONS:
            if len(operands) == 2 or (SET_OPERATIONS[symbol].commutative and operands):
                inner = tuple(expression_from_json(o, names) for o in operands)
                return Expression(symbol, operands=inner)
    raise ValueError(f"no combination: {str(data)[:100]}")
