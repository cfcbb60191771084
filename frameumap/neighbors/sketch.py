"""A numeric sketch of the rows: a few float32 numbers a row whose Euclidean distances resemble D.

Every column adds a random projection of itself, scaled as D scales it (Johnson and Lindenstrauss
1984): numbers times a random sign vector, categories a sign vector a level, strings the mean of
sign vectors of their 3-grams, sets of their members. Only random-projection trees use it, so it
need not be exact, only cheap and the same on every machine.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import helper, kernel, mix
from ..engine.rows import COLUMN, COUNT, MASK, START, Rows
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..metrics.precomputed import HEAD

DIMENSIONS = 24
#: Rows to which the distances of a full row enter.
LANDMARKS = 64

# How the cells of a group enter the sketch, see `mode`.
NUMBERS, DIRECTIONS, PHASES, CODES, STRINGS, SETS, HALVES, VALUES, GIVEN = range(9)


@helper
def _add(out, name, value):
    """out += value * (sign vector called `name`) / sqrt(size)."""
    signs = mix(name)
    value /= np.sqrt(np.float64(out.shape[0]))
    for s in range(out.shape[0]):
        out[s] += value if (signs >> np.uint64(s)) & np.uint64(1) else -value


@helper
def _add_members(out, entry, mode, name, scale, inverse_scale):
    """Add the members of a set, or the 3-grams of a string."""
    grams = entry.shape[0] - 2 if mode == STRINGS else entry.shape[0]
    if mode == HALVES:
        grams //= 2
    each = scale / np.sqrt(np.float64(max(grams, 1))) / max(inverse_scale, 1e-9)
    for q in range(max(grams, 0)):
        gram = np.uint64(np.uint32(entry[q]))
        if mode == STRINGS:
            gram = mix(mix(gram) ^ np.uint64(entry[q + 1])) ^ np.uint64(entry[q + 2])
        _add(out, mix(name ^ mix(gram)), each)


@helper
def _add_values(out, entry, name, scale):
    """Add the values of a sparse row at length 1, each times the sign vector of its column."""
    m = entry.shape[0] // 2
    squares = 0.0
    for q in range(m):
        value = np.float64(np.int32(entry[m + q]).view(np.float32))
        squares += value * value
    for q in range(m):
        value = np.float64(np.int32(entry[m + q]).view(np.float32))
        _add(out, mix(name ^ mix(np.uint64(entry[q]))), scale * value / np.sqrt(squares))


@helper
def _add_given(out, entry, name, scale):
    """Add given distances: a full row's to a few rows that are the same for all, else a sign vector
    for every row that is told of, itself included."""
    if entry.shape[0] <= HEAD:
        return
    if entry[1] < 0:
        m = entry.shape[0] - HEAD
        count = min(m, LANDMARKS)
        for t in range(count):
            row = t * m // count
            value = np.float64(np.int32(entry[HEAD + row]).view(np.float32))
            _add(out, mix(name ^ mix(np.uint64(row))), scale * value / np.sqrt(np.float64(count)))
        return
    m = min(np.int64(entry[1]), (entry.shape[0] - HEAD) // 2)
    each = scale / np.sqrt(np.float64(m + 1))
    if entry[0] >= 0:
        _add(out, mix(name ^ mix(np.uint64(entry[0]))), each)
    for q in range(m):
        _add(out, mix(name ^ mix(np.uint64(entry[HEAD + q]))), each)


@helper
def _name(seed, column):
    return mix(np.uint64(seed) ^ np.uint64(column << 32))


@kernel
def _sign_vectors(first, last, seed, signs):
    """The sign vectors of columns of numbers, divided by sqrt(size)."""
    for c in range(first, last):
        bits = mix(_name(seed, c))
        for s in range(signs.shape[1]):
            value = 1.0 / np.sqrt(np.float64(signs.shape[1]))
            signs[c, s] = value if (bits >> np.uint64(s)) & np.uint64(1) else -value


@kernel
def _project(first, last, rows, cells, modes, signs, sketch, seed):
    floats, weights = cells.view(np.float32), rows.column_weights.view(np.float32)
    for i in range(first, last):
        out = sketch[i]
        for g in range(rows.groups.shape[0]):
            start = rows.groups[g, START]
            count = rows.groups[g, COUNT]
            mask = rows.groups[g, MASK]
            column = rows.groups[g, COLUMN]
            mode = modes[g]
            scale = rows.weights[g] * rows.inverse_scale[g]
            if mode == DIRECTIONS:
                norm = 0.0
                for c in range(count):
                    norm += floats[i, start + c] ** 2
                scale *= 1.0 / np.sqrt(norm) if norm > 0 else 0.0
            for c in range(count):
                if mask >= 0 and not (cells[i, mask + (c >> 5)] >> (c & 31)) & 1:
                    continue
                cell = cells[i, start + c]
                name = _name(seed, column + c)
                weight = weights[column + c]
                if mode == CODES or (mode == NUMBERS and weight < 0):  # or categories of Gower's
                    _add(out, mix(name ^ np.uint64(np.uint32(cell))), 0.7 * scale * abs(weight))
                elif mode <= DIRECTIONS:
                    value = np.float32(scale * floats[i, start + c])
                    for s in range(out.shape[0]):
                        out[s] += value * signs[column + c, s]
                elif mode == PHASES:
                    angle = 6.283185307179586 * floats[i, start + c]
                    _add(out, name, scale * 0.5 * np.cos(angle))
                    _add(out, mix(name), scale * 0.5 * np.sin(angle))
                else:
                    entry = rows.payload[rows.offsets[cell] : rows.offsets[cell + 1]]
                    if mode == VALUES:
                        _add_values(out, entry, name, scale)
                        continue
                    if mode == GIVEN:
                        _add_given(out, entry, name, scale)
                        continue
                    _add_members(out, entry, mode, name, scale, rows.inverse_scale[g])


def mode(metric: Metric) -> int:
    """How a group under `metric` enters the sketch."""
    if metric.accepts == "vector":
        if metric.prepare in ("cyclic", "calendar"):
            return PHASES
        return DIRECTIONS if metric.increases_with in ("direction", "centered") else NUMBERS
    if metric.accepts == "sparse":
        return VALUES
    if metric.accepts == "distances":
        return GIVEN
    if metric.is_ragged and metric.side_values:
        return HALVES
    return {"codes": CODES, "text": STRINGS}.get(metric.accepts, SETS)


def sketch_rows(
    rows: Rows, metrics: tuple[Metric, ...], seed: int, cells: np.ndarray | None = None
) -> np.ndarray:
    """Sketch of every row, or of other `cells` laid out alike; float32 (n, DIMENSIONS)."""
    cells = rows.cells if cells is None else cells
    sketch = np.zeros((len(cells), DIMENSIONS), np.float32)
    codes = np.array([mode(m) for m in metrics], np.int64)
    signs = np.empty((len(rows.column_weights), DIMENSIONS), np.float32)
    parallel_for(_sign_vectors, len(signs), np.uint64(seed), signs)
    parallel_for(_project, len(cells), rows, cells, codes, signs, sketch, np.uint64(seed))
    return sketch
