"""`compare`: why two rows are near or far, column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..columns.border import read_frame
from ..columns.values import pick_columns, say_distances
from ..errors import DataError
from ..kinds import Kind
from ..model.model import Model
from .parts import PairParts, Unit, all_units, pair_parts
from .select import as_frame, positions_of, select_rows
from .wording import is_gap, say_one_in, say_share

#: Random pairs that say what is usual.
PAIRS = 5000


def compare_rows(model: Model, index: pd.Index, a: Any, b: Any, by: str) -> pd.DataFrame:
    """See `FrameUMAP.compare`."""
    frames = [as_frame(row) for row in (a, b)]
    for frame in frames:
        if frame is not None and len(frame) != 1:
            raise DataError(
                f"compare takes two rows; got a frame of {len(frame)} rows for one of them"
            )
    known = [
        positions_of(index, row, by)
        for row, frame in zip((a, b), frames, strict=True)
        if frame is None
    ]
    if any(len(p) != 1 for p in known):
        raise DataError(
            "compare takes two rows, each a position, an index label or a row of a frame"
        )
    others = [
        pick_columns(read_frame(frame).df, model.families)
        for frame in frames
        if frame is not None and _has(model, frame)
    ]
    other = pd.concat(others, ignore_index=True) if others else None
    selection = select_rows(
        model, np.concatenate([*known, np.empty(0, np.int64)]).astype(np.int64), other
    )
    order = np.argsort([frame is not None for frame in frames], kind="stable")
    place = np.empty(2, np.int64)
    place[order] = np.arange(2)
    own = pair_parts(model, selection.rows, place[:1], place[1:])
    lines = selection.values.iloc[place]
    return _table(model, own, typical_parts(model), lines)


def _has(model: Model, frame: pd.DataFrame) -> bool:
    missing = [column for column in model.families if column not in frame.columns]
    if missing:
        raise DataError(
            f"the row lacks columns {missing}, which the model was fitted on"
            f"{say_distances(missing, model.families)}"
        )
    return True


def typical_parts(model: Model, pairs: int = PAIRS) -> PairParts:
    """Parts of random pairs of rows of the fit, chosen by their contents; all pairs of few rows."""
    rows = model.feature_rows
    n = len(rows.cells)
    if n * (n - 1) // 2 <= pairs:
        return pair_parts(model, rows, *np.triu_indices(n, 1))
    order = np.argsort(rows.keys, kind="stable")
    here = np.arange(pairs) * n // pairs
    # Rows in the order of their digests are in no order; each meets one at another odd distance on
    # the circle.
    there = (here + 1 + np.arange(pairs) * (n - 1) // pairs) % n
    there = np.where(there == here, (there + 1) % n, there)
    return pair_parts(model, rows, order[here], order[there])


def _table(model: Model, own: PairParts, typical: PairParts, lines: pd.DataFrame) -> pd.DataFrame:
    names = unit_names(model)
    records = [_line(model, own, typical, u, names[u], lines) for u in range(len(own.units))]
    table = pd.DataFrame(records).set_index("name")
    table[["a", "b"]] = table[["a", "b"]].astype(object)
    table = table.sort_values("part", ascending=False, kind="stable")
    total, known = float(own.total[0]), len(typical.total) > 0
    table.attrs = {
        "distance": total,
        "typical_distance": float(typical.total.mean()) if known else float("nan"),
        "closer_than": float((typical.total > total).mean()) if known else float("nan"),
    }
    return table


def _line(
    model: Model, own: PairParts, typical: PairParts, u: int, name: str, lines: pd.DataFrame
) -> dict[str, Any]:
    """What there is to say of part number `u`."""
    unit = own.units[u]
    group = model.groups[unit.group]
    a, b = (_value(lines, r, unit) for r in (0, 1))
    part, distance = float(own.parts[0, u]), float(own.distance[0, u])
    others, known = typical.parts[:, u], len(typical.parts) > 0
    closer = float((others > part).mean() + 0.5 * (others == part).mean()) if known else 0.5
    same_share = float((typical.distance[:, u] == 0).mean()) if known else 0.0
    return {
        "name": name,
        "columns": unit.columns,
        "group": group.name,
        "kind": group.kind,
        "a": a,
        "b": b,
        "distance": distance,
        "part": part,
        "typical": float(others.mean()) if known else float("nan"),
        "closer_than": closer,
        "words": _words(model.encoders[unit.group], name, a, b, distance, closer, same_share),
    }


def unit_names(model: Model) -> list[str]:
    """What every part is called: its columns, and what is taken of dates where that is not all;
    distinct."""
    names: list[str] = []
    for unit in all_units(model):
        group = model.groups[unit.group]
        name = ", ".join(map(str, unit.columns)) if len(unit.columns) <= 4 else group.name
        name = name.encode("utf-8", "backslashreplace").decode()  # pandas' strings are valid UTF-8
        name += f" ({group.part})" if model.encoders[unit.group].is_part else ""
        names.append(name if name not in names else f"{name} [{group.name}]")
    return names


def _value(lines: pd.DataFrame, r: int, unit: Unit) -> Any:
    # By position: `loc` takes tuples, True and None for something else than a label; and column by
    # column, as pandas would convert a row of dates to nanoseconds.
    values = tuple(pick_columns(lines, [c]).iloc[:, 0].iloc[r] for c in unit.columns)
    if len(values) == 1:
        return None if is_gap(values[0]) else values[0]
    return None if all(map(is_gap, values)) else values


def _words(
    kind: Kind, name: str, a: Any, b: Any, distance: float, closer: float, same_share: float
) -> str:
    if is_gap(a) or is_gap(b):
        which = "either row" if is_gap(a) and is_gap(b) else "one row"
        return (
            f"no {name} in {which}: counts as an average distance"
            if np.isnan(distance)
            else f"{name} is absent in {which}"
        )
    if distance == 0:
        return f"{kind.say_difference(a, b, distance)}, as in {say_one_in(same_share)}"
    words = kind.say_difference(a, b, distance)
    if kind.described_by == "levels":
        return f"{words}, as {say_one_in(1 - same_share)} differ"
    if closer >= 0.5:
        return f"{words}, closer than {say_share(closer)} of pairs"
    return f"{words}, farther than {say_share(1 - closer)} of pairs"
