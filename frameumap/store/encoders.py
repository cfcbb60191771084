"""Groups and terms as JSON, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ..columns.json_values import from_json, to_json
from ..errors import ModelFileError
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
