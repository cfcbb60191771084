"""How a page computes D by itself: for every column a rule that gives its distance from the two
levels.

D = sum_g w_g v_g with v_g = (sum_c q_c^p)^(1/p) f^-gamma / s_g over the columns c that both rows
have, f their share in the group's average distance, and v_g = 1 where there are none. A rule tells
q_c. Here is what the page's script does with them, in numpy.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..metrics import get as get_metric
from .column import Column


class Rule(NamedTuple):
    """How the page gets q of one unit of a group.

    Attributes
    ----------
    form : {"line", "circle", "table", "differ", "sphere", "letters", "members"}
    columns : tuple of int
        Places in the page's list of columns.
    factor : float
    share : float
        Share in the group's average distance.
    values : float32 (levels,) or None
        Prepared numbers (line, circle).
    table : float32 (1 + levels, 1 + levels) or None
        The first line and column are for gaps.
    gap_is_level : bool
        Whether a gap is compared as a level of its own.
    """

    form: str
    columns: tuple[int, ...]
    factor: float
    share: float
    values: np.ndarray | None = None
    table: np.ndarray | None = None
    gap_is_level: bool = False


class GroupRules(NamedTuple):
    """The rules of one group; none if the page cannot compare it."""

    name: str
    columns: tuple[str, ...]
    weight: float
    power: float
    gap_power: float
    scale: float
    rules: tuple[Rule, ...]


def group_distances(
    made: GroupRules, columns: list[Column], left: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """v_g of pairs of rows by the rules: what the page's script does, in numpy."""
    total, share = np.zeros(len(left)), np.zeros(len(left))
    for rule in made.rules:
        q, both = rule_distances(rule, columns, left, right)
        total += np.where(both, q, 0) ** made.power
        share += both * rule.share
    whole = sum(rule.share for rule in made.rules)
    v = total ** (1 / made.power) / made.scale
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(share > 0, v * (share / whole) ** -made.gap_power, 1.0)


def rule_distances(
    rule: Rule, columns: list[Column], left: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """q of pairs of rows, and whether both have the column."""
    codes = [columns[c].codes for c in rule.columns]
    both = np.logical_and.reduce([(c[left] >= 0) & (c[right] >= 0) for c in codes])
    if rule.gap_is_level:
        both = np.ones(len(left), bool)
    a, b = np.maximum(codes[0][left], 0), np.maximum(codes[0][right], 0)
    if rule.form in ("line", "circle"):
        assert rule.values is not None
        d = np.abs(rule.values[a] - rule.values[b]).astype(np.float64)
        d = np.minimum(d % 1, 1 - d % 1) if rule.form == "circle" else d
    elif rule.form == "table":
        assert rule.table is not None
        d = rule.table[codes[0][left] + 1, codes[0][right] + 1].astype(np.float64)
    elif rule.form == "differ":
        d = (codes[0][left] != codes[0][right]).astype(np.float64)
    elif rule.form in ("sphere", "sphere_root"):
        d = angles(columns, list(rule.columns), left, right)
        d = np.sqrt(d) if rule.form == "sphere_root" else d
    else:
        levels = columns[rule.columns[0]].levels
        name = "levenshtein_normalized" if rule.form == "letters" else "jaccard"
        metric = get_metric(name)
        d = np.array([metric(levels[x], levels[y]) for x, y in zip(a, b, strict=True)])
    return rule.factor * d, both


def angles(columns: list[Column], at: list[int], left: np.ndarray, right: np.ndarray) -> Any:
    lat, lon = (np.radians(np.asarray(columns[c].levels))[columns[c].codes] for c in at)
    x = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    chord = np.sqrt(((x[:, left] - x[:, right]) ** 2).sum(axis=0))
    return 2 * np.arcsin(np.minimum(1, chord / 2))
