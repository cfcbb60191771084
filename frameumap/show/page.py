"""`to_html`: a fitted map as one page that asks nothing of any network."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from ..errors import ParameterError
from .colors import CYCLIC, GAP, PALETTE, REST, SEQUENTIAL
from .column import Column, shown
from .columns import columns_of
from .distance import distance_rules
from .facts import about_lines, detail_tables, plane
from .nearest import listed_neighbors
from .page_file import Page, assemble_page
from .page_parts import GRADES, PageParts, quality_columns, row_labels, segment_layers
from .payload import Blocks, column_entry, rounded
from .rules import GroupRules


def make_page(
    model: Any,
    columns: Iterable[Hashable] | None = None,
    *,
    df: Any = None,
    color: Hashable | None = None,
    segments: Any = None,
    trust: Any = None,
    title: str | None = None,
    max_megabytes: float = 60.0,
) -> Page:
    """See `FrameUMAP.to_html`."""
    if not max_megabytes > 6:
        raise ParameterError(
            f"max_megabytes must be above 6, as plotly's script alone has 5; got {max_megabytes!r}"
        )
    points = plane(model)
    shown_columns = columns_of(model, columns, df)
    parts = PageParts(
        shown_columns, segment_layers(model, segments, points), quality_columns(trust),
        row_labels(model, df), [],
    )  # fmt: skip
    for grades in GRADES:
        parts.grades = grades
        blocks, manifest = _packed(model, parts, points)
        if blocks.size <= (max_megabytes - 5.5) * 1e6:
            break
    else:
        blocks, manifest = _without_largest(model, parts, points, max_megabytes)
    manifest["color"] = _first_color(manifest["columns"], color)
    name = title if title is not None else _title(model, points)
    return Page(assemble_page(shown(name, 300), manifest, blocks))


def _title(model: Any, points: np.ndarray) -> str:
    return f"{len(points):,} rows, {len(model.schema_.columns)} columns"


def _without_largest(
    model: Any, parts: PageParts, points: np.ndarray, max_megabytes: float
) -> tuple[Blocks, dict[str, Any]]:
    """Leave out the columns with the most text until the page fits."""
    while True:
        sizes = [_bytes(column) for column in parts.columns]
        if len(sizes) < 2:
            raise ParameterError(
                f"the page does not fit into max_megabytes={max_megabytes:g}; allow more, or show a"
                f" sample of the rows"
            )
        parts.left_out.append(parts.columns.pop(int(np.argmax(sizes))).name)
        blocks, manifest = _packed(model, parts, points)
        if blocks.size <= (max_megabytes - 5.5) * 1e6:
            return blocks, manifest


def _bytes(column: Column) -> int:
    text = 0 if column.form in ("number", "date", "cycle") else sum(map(len, column.texts()))
    return text + len(column.codes) * (1 if len(column.levels) < 255 else 2)


def _packed(model: Any, parts: PageParts, points: np.ndarray) -> tuple[Blocks, dict[str, Any]]:
    """Blocks and manifest with ordered columns at `parts.grades` levels."""
    blocks = Blocks()
    columns = [rounded(column, parts.grades) for column in parts.columns]
    coarse = [c.name for c, full in zip(columns, parts.columns, strict=True) if c is not full]
    rules = distance_rules(model, columns)
    uncompared = [] if rules is None else [c for g in rules if not g.rules for c in g.columns]
    lists = listed_neighbors(model, columns) if rules is None or uncompared else None
    entries = [column_entry(c, blocks) for c in columns]
    for layer in parts.layers:
        entries.append(_layer_entry(layer, blocks))
    entries += [column_entry(c, blocks) | {"role": "quality"} for c in parts.quality]
    manifest: dict[str, Any] = {
        "rows": len(points),
        "x": blocks.array(points[:, 0].astype(np.float32)),
        "y": blocks.array(points[:, 1].astype(np.float32)),
        "columns": entries,
        "labels": None if parts.labels is None else blocks.json(parts.labels),
        "distance": None if rules is None else {"groups": [_group(g, blocks) for g in rules]},
        "near": None if lists is None else lists.entry(blocks),
        "uncompared": [] if lists is not None else uncompared,
        "typical": _typical(rules, lists),
        "noNeighbours": "The nearest rows are not in this page: its groups are combined in a way"
        " that it cannot compute, and the table is too long to write them down.",
        "palette": {
            "levels": PALETTE, "sequential": SEQUENTIAL, "cyclic": CYCLIC, "rest": REST, "gap": GAP,
        },
        "subtitle": _subtitle(parts),
        "about": about_lines(model, coarse, parts.left_out, uncompared, parts.grades, lists),
        "details": detail_tables(model),
    }  # fmt: skip
    blocks.finish()
    return blocks, manifest


def _subtitle(parts: PageParts) -> str:
    main = [layer for layer in parts.layers if layer["is_main"]]
    found = f"{len(main[0]['column'].levels)} segments. " if main else ""
    return f"{found}Rows that are alike lie near each other; the axes have no unit."


def _typical(rules: list[GroupRules] | None, lists: Any) -> float | None:
    """D of an average random pair, over what is compared."""
    if lists is not None:
        return lists.typical
    if rules is None:
        return None
    return sum(g.weight for g in rules if g.rules) or None


def _group(made: GroupRules, blocks: Blocks) -> dict[str, Any]:
    return {
        "name": shown(made.name, 200),
        "weight": made.weight,
        "power": made.power,
        "gapPower": made.gap_power,
        "scale": made.scale,
        "rules": [
            {
                "form": r.form,
                "columns": r.columns,
                "factor": r.factor,
                "share": r.share,
                "gap": r.gap_is_level,
                "values": None if r.values is None else blocks.array(r.values),
                "table": None if r.table is None else blocks.array(r.table.ravel()),
            }
            for r in made.rules
        ],
    }


def _layer_entry(layer: dict[str, Any], blocks: Blocks) -> dict[str, Any]:
    return column_entry(layer["column"], blocks) | {
        "role": "segment",
        "isMain": layer["is_main"],
        "anchors": layer["anchors"].round(5).tolist(),
        "colors": layer["colors"],
        "cards": layer["cards"],
    }


def _first_color(entries: list[dict[str, Any]], color: Hashable | None) -> int:
    """Place of the column that the page opens with."""
    if color is not None:
        for at, entry in enumerate(entries):
            if entry["name"] == shown(color, 200):
                return at
        raise ParameterError(f"color={color!r} is none of the page's columns")
    main = [at for at, entry in enumerate(entries) if entry.get("isMain")]
    return main[0] if main else 0
