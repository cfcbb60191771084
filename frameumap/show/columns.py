"""`columns_of`: the columns of a fit as codes and levels, ready to be coloured, counted and
written into a page."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..columns.border import read_frame
from ..columns.values import objects, presence
from ..engine.rows import COUNT, MASK, START
from ..errors import DataError
from ..kinds import KINDS
from ..neighbors.search import present_columns

#: Characters of a value or name that are shown.
LONGEST = 400
#: Kinds that decode a column from its own words alone.
BY_LEVEL = frozenset(
    [
        "clock",
        "cycle",
        "dates",
        "flags",
        "grades",
        "levels",
        "members",
        "numbers",
        "path",
        "strings",
    ]
)
#: Forms whose levels are float64 numbers in ascending order.
ORDERED = ("number", "date", "cycle")


@dataclass(frozen=True)
class Column:
    """One column, every row a code.

    Attributes
    ----------
    key : Hashable
        Its name in the frame.
    name : str
        Its name as text; distinct among the columns of one call.
    kind, group : str
        As in the schema; "" for a column that took no part.
    form : {"number", "date", "cycle", "grades", "levels", "items"}
        Ordered numbers, seconds since 1970, numbers on a circle, levels in order, levels without,
        or sets of members.
    codes : int32 (n,)
        Level of every row, -1 for a gap.
    levels : float64 array, list of str, or (items) list of tuple of str
        Every level occurs.
    period : float
        Of a cycle.
    whole : bool
        Whether the numbers are integers.
    """

    key: Hashable
    name: str
    kind: str
    group: str
    form: str
    codes: np.ndarray
    levels: Any
    period: float = 0.0
    whole: bool = False

    @property
    def counts(self) -> np.ndarray:
        """Rows of each level, int64."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels))

    @property
    def gaps(self) -> int:
        """Rows without a value."""
        return int((self.codes < 0).sum())

    def texts(self) -> list[str]:
        """Every level as text."""
        if self.form == "items":
            return [shown(", ".join(level) or "(none)") for level in self.levels]
        if self.form == "date":
            return [date_text(second) for second in self.levels]
        if self.form in ORDERED:
            return [number_text(value, self.whole) for value in self.levels]
        return list(self.levels)

    def text(self, row: int) -> str:
        """The value of one row as text; "" for a gap."""
        code = int(self.codes[row])
        if code < 0:
            return ""
        one = self.levels[code : code + 1]
        return Column(self.key, self.name, "", "", self.form, self.codes[:0], one).texts()[0]


def shown(value: Any, longest: int = LONGEST) -> str:
    """A value as text, cut where it is very long."""
    text = value if isinstance(value, str) else str(value)
    text = text.encode("utf-8", "replace").decode()  # lone surrogates have no UTF-8
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)"


def number_text(value: float, whole: bool = False) -> str:
    """A number with at most six significant digits."""
    if whole or (float(value).is_integer() and abs(value) < 1e15):
        return f"{round(value):,}"
    return f"{value:,.6g}" if 1e-4 <= abs(value) < 1e6 else f"{value:.6g}"


def brief_number(value: float) -> str:
    """A number with three significant digits, for scales."""
    if value == 0 or not np.isfinite(value) or not 1e-3 <= abs(value) < 1e13:
        return f"{value:.3g}"
    digits = 2 - int(np.floor(np.log10(abs(value))))
    text = f"{round(value, digits):,.{max(0, digits)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_text(second: float) -> str:
    """Seconds since 1970 as a date, with the time of day where there is one."""
    try:
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=round(float(second)))
    except OverflowError:
        return number_text(second)
    day = moment.time() == datetime.time()
    return moment.strftime("%Y-%m-%d" if day else "%Y-%m-%d %H:%M")


def columns_of(
    model: Any, columns: Iterable[Hashable] | None = None, df: Any = None
) -> list[Column]:
    """Columns of a fitted model, as codes and levels.

    Parameters
    ----------
    model : FrameUMAP
    columns : iterable of names, optional
        Which columns, in which order; None for all.
    df : dataframe, optional
        The frame of the fit, of any library, with columns that took no part if there are any.
        Without it the columns come from the model, which has numbers to about six digits and text
        as it was prepared.

    Raises
    ------
    DataError
        If `df` has another number of rows than the fit, or a column is unknown.
    """
    inner = model._model
    df = None if df is None else read_frame(df).df
    kinds = {c: g for g in inner.groups[: inner.n_feature_groups] for c in g.columns}
    if df is not None and len(df) != len(model.embedding_):
        raise DataError(f"df has {len(df)} rows, but the fit had {len(model.embedding_)}")
    known = list(inner.families) if df is None else list(df.columns)
    wanted = known if columns is None else [_known(c, known) for c in _listed(columns)]
    names = _distinct_names(wanted)
    if df is not None:
        read = [read_column(df[c], c, n, kinds.get(c)) for c, n in zip(wanted, names, strict=True)]
        return [_in_order(inner, column) for column in read]
    made: dict[Hashable, Any] = {}
    for g in range(inner.n_feature_groups):
        made.update(_decoded(inner, g, set(wanted)))
    found = []
    for c, name in zip(wanted, names, strict=True):
        own = made[c]
        column = own if isinstance(own, Column) else read_column(own, c, name, kinds[c])
        found.append(_in_order(inner, replace(column, name=name)))
    return found


def _in_order(inner: Any, column: Column) -> Column:
    """Strings that stand for numbers, dates or times, in the order of what they stand for."""
    if column.form != "levels" or content_of(column.kind) not in ("numbers", "dates", "clock"):
        return column
    g = next(g for g, group in enumerate(inner.groups) if group.name == column.group)
    cells, _ = group_cells(inner, g)
    at = inner.groups[g].columns.index(column.key)
    has = column.codes >= 0
    row = np.zeros(len(column.levels), np.int64)
    row[column.codes[has]] = np.flatnonzero(has)
    order = np.argsort(cells[row, at], kind="stable")
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    levels = [column.levels[level] for level in order]
    return replace(column, form="grades", codes=_through(column.codes, place), levels=levels)


def _listed(columns: Any) -> list[Any]:
    return [columns] if isinstance(columns, str) else list(columns)


def _known(column: Hashable, known: Sequence[Hashable]) -> Hashable:
    if column not in known:
        raise DataError(f"no column {column!r}; there are {', '.join(map(repr, known[:20]))}")
    return column


def _distinct_names(keys: Sequence[Hashable]) -> list[str]:
    """Names as text; where two look alike, with the position of the later one."""
    names: list[str] = []
    for key in keys:
        name = shown(key, 200)
        while name in names:
            name += f" ({len(names)})"
        names.append(name)
    return names


def _decoded(inner: Any, g: int, wanted: set[Hashable]) -> dict[Hashable, Any]:
    """Columns of group g from the packed rows: `Column` where each column is decoded by itself,
    else Series."""
    group, kind = inner.groups[g], inner.encoders[g]
    own = set(group.columns)
    if kind.is_part and own <= {c for k, o in enumerate(inner.groups) for c in o.columns if k != g}:
        return {}  # the date itself stands in another group
    if not own & wanted:
        return {}
    cells, present = group_cells(inner, g)
    prepare = group.prepare or inner.packed.metrics[g].prepare
    by_level = content_of(kind.name) in BY_LEVEL and not kind.joint and prepare != "whiten"
    if not by_level or cells.shape[1] not in (len(group.columns), 2 * len(group.columns)):
        return _decoded_rows(inner, g, cells, present)
    return {
        column: _by_levels(inner, g, c, cells, present)
        for c, column in enumerate(group.columns)
        if column in wanted
    }


def group_cells(inner: Any, g: int) -> tuple[np.ndarray, np.ndarray]:
    """Words of group g as float32 or int32 (n, words), and their presence; in the order of its
    columns."""
    rows, spec = inner.packed.rows, inner.packed.rows.groups[g]
    start, count = int(spec[START]), int(spec[COUNT])
    back = np.argsort(inner.packed.orders[g])
    cells = np.ascontiguousarray(rows.cells[:, start : start + count][:, back])
    present = present_columns(rows.cells, count, int(spec[MASK]))[:, back]
    vector = inner.packed.metrics[g].accepts == "vector"
    return (cells.view(np.float32) if vector else cells), present


def _by_levels(inner: Any, g: int, c: int, cells: np.ndarray, present: np.ndarray) -> Column:
    """Column c of group g: its distinct words are decoded, not its rows."""
    group, has = inner.groups[g], present[:, c]
    words, place = _distinct(cells[has, c])
    some = np.zeros((max(1, len(words)), cells.shape[1]), cells.dtype)
    first = np.flatnonzero(has)[:1]
    some[:] = cells[first] if len(first) else 0
    some[: len(words), c] = words
    values = pd.Series(inner.encoders[g].decode(some, inner.packed.rows)[c][: len(words)])
    codes = np.full(len(cells), -1, np.int32)
    codes[has] = place
    column, dtype = group.columns[c], str(inner.dtypes[group.columns[c]]).lower()
    if dtype.startswith(("int", "uint")) and values.dtype.kind == "f":
        values = values.round()
    if (
        content_of(group.kind) == "grades" and values.dtype.kind not in "fiub"
    ):  # words ascend as grades do
        values = pd.Series(pd.Categorical(values, list(dict.fromkeys(values)), ordered=True))
    read = read_column(values, column, str(column), group)
    return Column(**{**vars(read), "codes": _through(codes, read.codes)})


def _through(codes: np.ndarray, then: np.ndarray) -> np.ndarray:
    """codes -> then[codes], -1 staying -1."""
    return np.append(then, -1).astype(np.int32)[codes]


def _decoded_rows(
    inner: Any, g: int, cells: np.ndarray, present: np.ndarray
) -> dict[Hashable, pd.Series]:
    group = inner.groups[g]
    p = len(group.columns)
    has = present[:, :p] if present.shape[1] in (p, 2 * p) else np.repeat(present[:, :1], p, axis=1)
    if content_of(group.kind) == "path":  # one entry for all columns: decode each once
        words, place = np.unique(cells[:, 0], return_inverse=True)
        decoded = inner.encoders[g].decode(words[:, None], inner.packed.rows)
        decoded = [pd.Series(list(d), dtype=object).to_numpy()[place] for d in decoded]
    else:
        decoded = inner.encoders[g].decode(cells, inner.packed.rows)
    return {
        column: pd.Series(list(d) if content_of(group.kind) == "vector" else d).where(
            has[:, c], None
        )
        for c, (column, d) in enumerate(zip(group.columns, decoded, strict=True))
    }


def content_of(kind: str) -> str:
    """`Kind.content` of a kind by its name; "" for none."""
    return KINDS[kind].content if kind in KINDS else ""


def read_column(series: pd.Series, key: Hashable, name: str, group: Any) -> Column:
    """A column of any dtype as codes and levels."""
    kind = "" if group is None else group.kind
    where = "" if group is None else group.name
    types, dtype = pd.api.types, series.dtype
    if types.is_bool_dtype(dtype) or content_of(kind) in ("levels", "flags"):
        return Column(key, name, kind, where, "levels", *_levels(series))
    if isinstance(dtype, pd.CategoricalDtype):
        form = "grades" if dtype.ordered else "levels"
        return Column(key, name, kind, where, form, *_levels(series))
    if content_of(kind) == "grades" and not types.is_numeric_dtype(dtype):
        declared = None if group.levels is None else list(group.levels)
        return Column(key, name, kind, where, "grades", *_levels(series, declared))
    if types.is_datetime64_any_dtype(dtype):
        seconds = (series.dt.tz_localize(None) if series.dt.tz is not None else series).to_numpy()
        values = seconds.astype("datetime64[us]").astype(np.float64) / 1e6
        return Column(key, name, kind, where, "date", *_numbers(values, presence(series)))
    if types.is_timedelta64_dtype(dtype):
        values = series.dt.total_seconds().to_numpy(np.float64)
        return Column(key, name, kind, where, "number", *_numbers(values, presence(series)))
    if types.is_numeric_dtype(dtype) and not types.is_complex_dtype(dtype):
        values = series.to_numpy(np.float64, na_value=np.nan)
        codes, levels = _numbers(values, np.isfinite(values))
        whole = bool((levels == np.round(levels)).all())
        if content_of(kind) == "cycle" and group.part == "linear":
            form, period = "cycle", float(group.period or 1.0)
        else:
            form, period = "number", 0.0
        return Column(key, name, kind, where, form, codes, levels, period, whole)
    return _objects(series, key, name, kind, where)


def _distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct values in ascending order, and the place of every value among them."""
    codes, found = pd.factorize(np.ascontiguousarray(values))
    order = np.argsort(found)
    place = np.empty(len(found), np.int32)
    place[order] = np.arange(len(found), dtype=np.int32)
    return found[order], place[codes]


def _numbers(values: np.ndarray, has: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    levels, place = _distinct(values[has])
    codes = np.full(len(values), -1, np.int32)
    codes[has] = place
    return codes, levels


def _levels(series: pd.Series, order: list[Any] | None = None) -> tuple[np.ndarray, list[str]]:
    """Codes and levels that occur: in the declared order, else sorted as text."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        codes, levels = series.cat.codes.to_numpy(np.int32), list(series.cat.categories)
        ordered = bool(series.dtype.ordered)
    else:
        codes, found = pd.factorize(series)
        levels, ordered = list(found), False
        if order is not None:
            at = {level: r for r, level in enumerate(order)}
            new = np.array([at.get(level, len(order)) for level in levels], np.int32)
            codes, levels, ordered = _through(codes, new), [*order, "(other)"], True
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    texts = [shown(level) for level in levels]
    kept = [c for c in range(len(levels)) if counts[c]]
    if not ordered:
        kept.sort(key=lambda c: texts[c])
    new = np.full(len(levels), -1, np.int32)
    new[kept] = np.arange(len(kept), dtype=np.int32)
    return _through(codes, new), [texts[c] for c in kept]


def _objects(series: pd.Series, key: Hashable, name: str, kind: str, where: str) -> Column:
    """Strings, lists, dates in objects, anything."""
    has = presence(series)
    values = objects(series)
    sample = values[has][:1000]
    if content_of(kind) == "members" or (
        all(isinstance(v, (set, frozenset)) for v in sample) and len(sample)
    ):
        made = [tuple(sorted({shown(m, 80) for m in v})) if h and not isinstance(v, str)
                else ((shown(v),) if h else None)
                for v, h in zip(values, has, strict=True)]  # fmt: skip
        return Column(key, name, kind, where, "items", *_coded(made))
    if len(sample) and all(isinstance(v, (datetime.date, datetime.datetime)) for v in sample):
        dates = pd.to_datetime(series, errors="coerce")
        if (dates.notna().to_numpy() == has).all():
            return read_column(dates, key, name, None)
    is_time = len(sample) > 0 and all(isinstance(v, datetime.time) for v in sample)
    texts = [
        (v if isinstance(v, str) else str(v)) if h else None
        for v, h in zip(values.tolist(), has.tolist(), strict=True)
    ]
    codes, levels = _levels(pd.Series(texts, dtype=object))
    return Column(key, name, kind, where, "grades" if is_time else "levels", codes, levels)


def _coded(values: list[Any]) -> tuple[np.ndarray, list[Any]]:
    table: dict[Any, int] = {}
    codes = [-1 if v is None else table.setdefault(v, len(table)) for v in values]
    order = sorted(table)
    place = np.empty(len(order), np.int32)
    place[[table[v] for v in order]] = np.arange(len(order), dtype=np.int32)
    return _through(np.array(codes, np.int32), place), order
