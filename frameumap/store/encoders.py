"""Groups and terms as JSON, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ..columns.json_values import from_json, to_json
from ..errors import ModelFileError
from ..graph.expression import Term
from ..kinds import KINDS
from ..schema.group import Group


def group_to_json(group: Group) -> dict[str, Any]:
    """Every field, tagged."""
    return {f.name: to_json(getattr(group, f.name)) for f in fields(Group)}


def group_from_json(data: dict[str, Any]) -> Group:
    """A group; its kind and metric are checked as a schema's are."""
    made = {name: from_json(value) for name, value in data.items()}
    if made["kind"] not in KINDS:
        raise ModelFileError(
            f"the model uses the kind {made['kind']!r}, which is not registered; register it, "
            f"then load again"
        )
    return Group(**made)


def term_to_json(term: Term) -> list[Any]:
    """[operator, name or operands]."""
    return (
        ["group", term.name]
        if term.operator == "group"
        else [term.operator, [term_to_json(o) for o in term.operands]]
    )


def term_from_json(data: Any, names: list[str]) -> Term:
    """A term over the groups `names`."""
    match data:
        case ["group", str(name)] if name in names:
            return Term("group", name)
        case ["&" | "|" as operator, [*operands]] if operands:
            return Term(operator, operands=tuple(term_from_json(o, names) for o in operands))
        case ["-", [left, right]]:
            return Term("-", operands=(term_from_json(left, names), term_from_json(right, names)))
    raise ValueError(f"no combination: {str(data)[:100]}")
