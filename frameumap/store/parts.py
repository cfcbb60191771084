"""The parts of a model as JSON and named arrays, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from ..frame.block import Encoder
from ..frame.encode import ENCODERS
from ..frame.encode_codes import CodeEncoder, EntryEncoder
from ..frame.encode_numbers import GeoEncoder, NumberEncoder, VectorEncoder
from ..frame.prepare import Preparation
from ..graph.expression import Term
from ..schema.group import Group
from .values import from_json, to_json

Arrays = dict[str, np.ndarray]


def group_to_json(group: Group) -> dict[str, Any]:
    """Every field, tagged."""
    return {f.name: to_json(getattr(group, f.name)) for f in fields(Group)}


def group_from_json(data: dict[str, Any]) -> Group:
    """A group; its kind and metric are checked as a schema's are."""
    return Group(**{name: from_json(value) for name, value in data.items()})


def term_to_json(term: Term) -> list[Any]:
    """[operator, name or operands]."""
    return ["group", term.name] if term.operator == "group" else [term.operator, [term_to_json(o) for o in term.operands]]


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


def encoder_to_json(encoder: Encoder, name: str, arrays: Arrays) -> dict[str, Any]:
    """What the encoder has learnt; its arrays go to `arrays` under names that begin with `name`."""
    match encoder:
        case NumberEncoder():
            arrays[f"{name}.scales"] = encoder.scales
            steps = []
            for c, preparation in enumerate(encoder.steps):
                arrays[f"{name}.{c}.knots"], arrays[f"{name}.{c}.values"] = preparation.knots, preparation.values
                steps.append([preparation.center, preparation.scale, preparation.signed_log])
            return {"steps": steps, "levels": [None if t is None else _levels(t) for t in encoder.levels]}
        case GeoEncoder():
            arrays[f"{name}.center"] = encoder.center
        case VectorEncoder():
            return {"sizes": encoder.sizes}
        case CodeEncoder():
            arrays[f"{name}.rates"] = encoder.rates
            return {"levels": [_levels(table) for table in encoder.levels]}
        case EntryEncoder():
            return {"members": _levels(encoder.members)}
    return {}


def encoder_from_json(group: Group, data: dict[str, Any], name: str, arrays: Arrays) -> Encoder:
    """The encoder of `group`."""
    encoder = ENCODERS[group.kind]()
    encoder.group = group  # type: ignore[attr-defined]
    count = len(group.columns)
    match encoder:
        case NumberEncoder():
            encoder.scales = _array(arrays, f"{name}.scales", np.float64, (count,))
            for c, (center, scale, signed_log) in enumerate(data["steps"]):
                knots = _array(arrays, f"{name}.{c}.knots", np.float64, (None,))
                values = _array(arrays, f"{name}.{c}.values", np.float64, (len(knots),))
                encoder.steps.append(Preparation(knots, values, float(center), float(scale), bool(signed_log)))
            encoder.levels = [None if levels is None else _table(levels) for levels in data["levels"]]
            _expect(len(encoder.steps) == len(encoder.levels) == count, f"{name}: columns")
        case GeoEncoder():
            encoder.center = _array(arrays, f"{name}.center", np.float64, (3,))
        case VectorEncoder():
            encoder.sizes = [int(size) for size in data["sizes"]]
            _expect(len(encoder.sizes) == count and min(encoder.sizes) >= 0, f"{name}: sizes")
        case CodeEncoder():
            encoder.rates = _array(arrays, f"{name}.rates", np.float64, (count,))
            encoder.levels = [_table(levels) for levels in data["levels"]]
            _expect(len(encoder.levels) == count, f"{name}: columns")
        case EntryEncoder():
            encoder.members = _table(data["members"])
    return encoder


def _levels(table: dict[Any, int]) -> list[Any]:
    return [to_json(level) for level in table]


def _table(levels: list[Any]) -> dict[Any, int]:
    return {from_json(level): code for code, level in enumerate(levels)}


def _array(arrays: Arrays, name: str, dtype: type, shape: tuple[int | None, ...]) -> np.ndarray:
    """The array called `name`, of the given type and shape; None stands for any length."""
    array = arrays[name]
    fits = array.ndim == len(shape) and all(want in (None, have) for want, have in zip(shape, array.shape, strict=True))
    _expect(array.dtype == dtype and fits, f"{name}: {array.dtype} {array.shape}")
    return array


def _expect(condition: Any, what: str) -> None:
    if not condition:
        raise ValueError(f"inconsistent {what}")


#: For the modules beside this one.
take_array, expect = _array, _expect
