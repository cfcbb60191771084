"""The parts of a model as JSON and named arrays, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from ..columns.block import Encoder
from ..columns.prepare import Preparation
from ..kinds.codes import CodeEncoder
from ..kinds.encode import encoder_of
from ..kinds.entries import EntryEncoder
from ..kinds.joint import GradeEntropyEncoder, MixedEncoder, WhiteningEncoder
from ..kinds.numbers import GeoEncoder, NumberEncoder, VectorEncoder
from ..metrics import get as get_metric
from ..schema.group import Group
from .values import from_json, to_json

Arrays = dict[str, np.ndarray]


def group_to_json(group: Group) -> dict[str, Any]:
    """Every field, tagged."""
    return {f.name: to_json(getattr(group, f.name)) for f in fields(Group)}


def group_from_json(data: dict[str, Any]) -> Group:
    """A group; its kind and metric are checked as a schema's are."""
    return Group(**{name: from_json(value) for name, value in data.items()})


def encoder_to_json(encoder: Encoder, name: str, arrays: Arrays) -> dict[str, Any]:
    """What the encoder has learnt; its arrays go to `arrays` under names that begin with `name`."""
    match encoder:
        case NumberEncoder():
            arrays[f"{name}.scales"] = encoder.scales
            steps = []
            for c, preparation in enumerate(encoder.steps):
                arrays[f"{name}.{c}.knots"], arrays[f"{name}.{c}.values"] = (
                    preparation.knots,
                    preparation.values,
                )
                steps.append([preparation.center, preparation.scale, preparation.signed_log])
            return {
                "steps": steps,
                "levels": [None if t is None else _levels(t) for t in encoder.levels],
            }
        case GeoEncoder():
            arrays[f"{name}.center"] = encoder.center
        case VectorEncoder():
            return {"sizes": encoder.sizes}
        case CodeEncoder():
            arrays[f"{name}.rates"] = encoder.rates
            for c, shares in enumerate(encoder.shares):
                arrays[f"{name}.{c}.shares"] = shares
            return {
                "levels": [_levels(table) for table in encoder.levels],
                "shares": len(encoder.shares),
            }
        case EntryEncoder():
            arrays[f"{name}.rarity"] = encoder.rarity
            return {
                "members": _levels(encoder.members),
                "spelled": [to_json(text) for text in encoder.spelled.values()],
            }
        case WhiteningEncoder():
            arrays[f"{name}.center"], arrays[f"{name}.matrix"] = encoder.center, encoder.matrix
        case MixedEncoder():
            arrays[f"{name}.ranges"] = encoder.ranges
            parts = (encoder.numbers, encoder.categories)
            own = [
                None if e is None else encoder_to_json(e, f"{name}.{at}", arrays)
                for at, e in enumerate(parts)
            ]
            return {"kinds": encoder.kinds, "parts": own}
        case GradeEntropyEncoder():
            for c, (knots, entropies) in enumerate(
                zip(encoder.knots, encoder.entropies, strict=True)
            ):
                arrays[f"{name}.{c}.knots"], arrays[f"{name}.{c}.entropies"] = knots, entropies
            return {"grades": encoder_to_json(encoder.grades, f"{name}.grades", arrays)}
    return {}


def encoder_from_json(group: Group, data: dict[str, Any], name: str, arrays: Arrays) -> Encoder:
    """The encoder of `group`."""
    encoder = encoder_of(group)
    encoder.group = group  # type: ignore[attr-defined]
    count = len(group.columns)
    match encoder:
        case NumberEncoder():
            encoder.scales = _array(arrays, f"{name}.scales", np.float64, (count,))
            for c, (center, scale, signed_log) in enumerate(data["steps"]):
                knots = _array(arrays, f"{name}.{c}.knots", np.float64, (None,))
                values = _array(arrays, f"{name}.{c}.values", np.float64, (len(knots),))
                encoder.steps.append(
                    Preparation(knots, values, float(center), float(scale), bool(signed_log))
                )
            encoder.levels = [
                None if levels is None else _table(levels) for levels in data["levels"]
            ]
            _expect(len(encoder.steps) == len(encoder.levels) == count, f"{name}: columns")
        case GeoEncoder():
            encoder.center = _array(arrays, f"{name}.center", np.float64, (count + 1,))
        case VectorEncoder():
            encoder.sizes = [int(size) for size in data["sizes"]]
            _expect(len(encoder.sizes) == count and min(encoder.sizes) >= 0, f"{name}: sizes")
        case CodeEncoder():
            encoder.rates = _array(arrays, f"{name}.rates", np.float64, (count,))
            encoder.levels = [_table(levels) for levels in data["levels"]]
            _expect(
                len(encoder.levels) == count and data["shares"] in (0, count), f"{name}: columns"
            )
            for c in range(data["shares"]):
                shape = (len(encoder.levels[c]) + 1,)
                encoder.shares.append(_array(arrays, f"{name}.{c}.shares", np.float64, shape))
            _expect(bool(encoder.shares) == bool(get_metric(group.metric).terms), f"{name}: shares")
        case EntryEncoder():
            encoder.members = _table(data["members"])
            rare = get_metric(group.metric).terms == "rarity"
            encoder.rarity = _array(
                arrays, f"{name}.rarity", np.float64, (len(encoder.members) if rare else 0,)
            )
            encoder.spell(str(from_json(text)) for text in data["spelled"])
        case WhiteningEncoder():
            encoder.center = _array(arrays, f"{name}.center", np.float64, (count,))
            encoder.matrix = _array(arrays, f"{name}.matrix", np.float64, (count, count))
        case MixedEncoder():
            encoder.kinds = [str(kind) for kind in data["kinds"]]
            _expect(
                len(encoder.kinds) == count
                and set(encoder.kinds) <= {"number", "date", "category"},
                f"{name}: kinds",
            )
            encoder.ranges = _array(
                arrays, f"{name}.ranges", np.float64, (int((~encoder.is_category).sum()),)
            )
            parts = [
                None if own is None else encoder_from_json(own, part, f"{name}.{at}", arrays)
                for at, (own, part) in enumerate(zip(encoder.groups(), data["parts"], strict=True))
            ]
            encoder.numbers, encoder.categories = parts  # type: ignore[assignment]
        case GradeEntropyEncoder():
            encoder.grades = encoder_from_json(
                encoder.plain_group(), data["grades"], f"{name}.grades", arrays
            )  # type: ignore[assignment]
            for c in range(count):
                encoder.knots.append(_array(arrays, f"{name}.{c}.knots", np.float64, (None,)))
                encoder.entropies.append(
                    _array(arrays, f"{name}.{c}.entropies", np.float64, (len(encoder.knots[c]),))
                )
                _expect(len(encoder.knots[c]) > 0, f"{name}: knots")
    return encoder


def _levels(table: dict[Any, int]) -> list[Any]:
    return [to_json(level) for level in table]


def _table(levels: list[Any]) -> dict[Any, int]:
    return {from_json(level): code for code, level in enumerate(levels)}


def _array(arrays: Arrays, name: str, dtype: type, shape: tuple[int | None, ...]) -> np.ndarray:
    """The array called `name`, of the given type and shape; None stands for any length."""
    array = arrays[name]
    fits = array.ndim == len(shape) and all(
        want in (None, have) for want, have in zip(shape, array.shape, strict=True)
    )
    _expect(array.dtype == dtype and fits, f"{name}: {array.dtype} {array.shape}")
    return array


def _expect(condition: Any, what: str) -> None:
    if not condition:
        raise ValueError(f"inconsistent {what}")


#: For the modules beside this one.
take_array, expect = _array, _expect
