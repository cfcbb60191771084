"""The kernels of the descent: one epoch's moves of a block of vertices in the plane, in any
dimension, on the sphere.

Each walks the vertex' own row, as `optimize` says, and writes to `new`; the commit then shows the
block to the others. A run goes over many blocks in one call, on all threads at once: they take the
vertices of a block by the chunk, meet when all are moved, commit, and meet again.
"""

from __future__ import annotations

from math import acos, sqrt

import numpy as np

from ..engine.jit import fetch_add, helper, kernel, mix
from ..engine.threads import barrier
from .curve import HIGH_EXPONENT, LOW_EXPONENT, MANTISSA_BITS

_SHIFT = 23 - MANTISSA_BITS
_FIRST = (LOW_EXPONENT + 127) << MANTISSA_BITS
_LAST = ((HIGH_EXPONENT - LOW_EXPONENT + 1) << MANTISSA_BITS) - 1
_CLIP = np.float32(4)


@kernel
def coefficient(table, square):
    """Table value for a squared distance, by its float32 bits."""
    bits = np.int64(np.float32(square).view(np.int32)) >> _SHIFT
    return table[min(max(bits - _FIRST, 0), _LAST)]


@helper
def clip(x, limit):
    return min(max(x, -limit), limit)


@helper
def due(weight, epoch):
    """Whether an edge is sampled in this epoch: floor((t + 1) w) > floor(t w)."""
    w = np.float64(weight)
    return np.floor((epoch + 1) * w) > np.floor(epoch * w)


@helper
def next_random(state):
    """The next draw: a linear congruential step (Knuth's MMIX), of which only the high bits are
    used."""
    return state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)


@helper
def draw(state, n):
    """A vertex from the high bits of a hash, by multiplication instead of division."""
    return np.int64(((state >> np.uint64(32)) * n) >> np.uint64(32))


@helper
def pull(attraction, rate, square):
    """Attraction counts twice, since the other end does not move, and covers at most half the
    gap."""
    return max(np.float32(2) * rate * coefficient(attraction, square), np.float32(-0.5))


@helper
def _move_plane(
    indptr,
    heads,
    weights,
    base,
    first,
    last,
    epoch,
    rate,
    negatives,
    attraction,
    repulsion,
    seed,
    old,
    new,
):
    n = np.uint64(old.shape[0])
    limit = np.float32(2) * rate * _CLIP
    for i in range(first, last):
        x = old[i, 0]
        y = old[i, 1]
        for e in range(indptr[i], indptr[i + 1]):
            if not due(weights[e], epoch):
                continue
            j = heads[e]
            dx = x - old[j, 0]
            dy = y - old[j, 1]
            square = dx * dx + dy * dy
            if square > 0:
                force = pull(attraction, rate, square)
                x += clip(force * dx, limit)
                y += clip(force * dy, limit)
            state = mix(seed ^ np.uint64(e) ^ (np.uint64(epoch) << np.uint64(40)))
            px = np.float32(0)
            py = np.float32(0)
            for _ in range(negatives):
                state = next_random(state)
                j = draw(state, n)
                dx = x - old[j, 0]
                dy = y - old[j, 1]
                square = dx * dx + dy * dy
                push = coefficient(repulsion, square)
                px += clip(push * dx, _CLIP)
                py += clip(push * dy, _CLIP)
            x += rate * px
            y += rate * py
        new[i - base, 0] = x
        new[i - base, 1] = y


@helper
def _move_space(
    indptr,
    heads,
    weights,
    base,
    first,
    last,
    epoch,
    rate,
    negatives,
    attraction,
    repulsion,
    seed,
    old,
    new,
):
    n = np.uint64(old.shape[0])
    dims = old.shape[1]
    limit = np.float32(2) * rate * _CLIP
    for i in range(first, last):
        at = new[i - base]
        at[:] = old[i]
        moves = np.empty(dims, np.float32)
        for e in range(indptr[i], indptr[i + 1]):
            if not due(weights[e], epoch):
                continue
            j = heads[e]
            square = np.float32(0)
            for c in range(dims):
                square += (at[c] - old[j, c]) ** 2
            if square > 0:
                force = pull(attraction, rate, square)
                for c in range(dims):
                    at[c] += clip(force * (at[c] - old[j, c]), limit)
            state = mix(seed ^ np.uint64(e) ^ (np.uint64(epoch) << np.uint64(40)))
            moves[:] = 0
            for _ in range(negatives):
                state = next_random(state)
                j = draw(state, n)
                square = np.float32(0)
                for c in range(dims):
                    square += (at[c] - old[j, c]) ** 2
                push = coefficient(repulsion, square)
                for c in range(dims):
                    moves[c] += clip(push * (at[c] - old[j, c]), _CLIP)
            for c in range(dims):
                at[c] += rate * moves[c]


@helper
def _step_on_sphere(at, other, strength, limit):
    """Move the unit vector `at` along the great circle through `other` by strength * angle, away if
    positive."""
    dot = at[0] * other[0] + at[1] * other[1] + at[2] * other[2]
    angle = acos(min(max(dot, -1.0), 1.0))
    # The component of `other` across `at` points towards it; its length is the sine of the angle.
    tx = other[0] - dot * at[0]
    ty = other[1] - dot * at[1]
    tz = other[2] - dot * at[2]
    sine = sqrt(tx * tx + ty * ty + tz * tz)
    if sine < 1e-12:
        return
    move = -min(max(strength * angle, -limit), limit) / sine
    x = at[0] + move * tx
    y = at[1] + move * ty
    z = at[2] + move * tz
    norm = 1.0 / sqrt(x * x + y * y + z * z)
    at[0] = x * norm
    at[1] = y * norm
    at[2] = z * norm


@helper
def _square_angle(x, y):
    dot = x[0] * y[0] + x[1] * y[1] + x[2] * y[2]
    angle = acos(min(max(dot, -1.0), 1.0))
    return np.float32(angle * angle)


@helper
def _move_sphere(
    indptr,
    heads,
    weights,
    base,
    first,
    last,
    epoch,
    rate,
    negatives,
    attraction,
    repulsion,
    seed,
    old,
    new,
):
    n = np.uint64(old.shape[0])
    for i in range(first, last):
        at = new[i - base]
        at[:] = old[i]
        for e in range(indptr[i], indptr[i + 1]):
            if not due(weights[e], epoch):
                continue
            j = heads[e]
            square = _square_angle(at, old[j])
            if square > 0:
                _step_on_sphere(at, old[j], pull(attraction, rate, square), 1.0)
            state = mix(seed ^ np.uint64(e) ^ (np.uint64(epoch) << np.uint64(40)))
            for _ in range(negatives):
                state = next_random(state)
                j = draw(state, n)
                square = _square_angle(at, old[j])
                if square > 0:
                    _step_on_sphere(at, old[j], rate * coefficient(repulsion, square), rate)


#: Vertices that a thread takes at a time.
_CHUNK = 16


@helper
def _turn(step, borders, epochs, rate):
    """Epoch, block and learning rate of a step: step s is block s % blocks of epoch s // blocks."""
    blocks = borders.shape[0] - 1
    epoch = step // blocks
    block = step % blocks
    return epoch, borders[block], borders[block + 1], np.float32(rate * (1.0 - epoch / epochs))


@helper
def _commit(thread, threads, state, step, base, end, new, positions):
    """Show the moved block to all: every thread copies its part; False if the team is to give
    up."""
    if not barrier(state, 2 * step + 1, threads):
        return False
    first = base + (end - base) * thread // threads
    last = base + (end - base) * (thread + 1) // threads
    for i in range(first, last):
        for c in range(positions.shape[1]):
            positions[i, c] = new[i - base, c]
    return barrier(state, 2 * step + 2, threads)


@kernel
def run_plane(
    thread,
    threads,
    state,
    tickets,
    edges,
    tables,
    borders,
    steps,
    negatives,
    seed,
    rate,
    epochs,
    positions,
    new,
):
    """Steps steps[0]..steps[1] in two dimensions; tickets[s] counts the chunks taken of step s."""
    for step in range(steps[0], steps[1]):
        epoch, base, end, alpha = _turn(step, borders, epochs, rate)
        s = step - steps[0]
        first = base + _CHUNK * fetch_add(tickets, s)
        while first < end:
            _move_plane(
                edges[0],
                edges[1],
                edges[2],
                base,
                first,
                min(first + _CHUNK, end),
                epoch,
                alpha,
                negatives,
                tables[0],
                tables[1],
                seed,
                positions,
                new,
            )
            first = base + _CHUNK * fetch_add(tickets, s)
        if not _commit(thread, threads, state, s, base, end, new, positions):
            return


@kernel
def run_space(
    thread,
    threads,
    state,
    tickets,
    edges,
    tables,
    borders,
    steps,
    negatives,
    seed,
    rate,
    epochs,
    positions,
    new,
):
    """Steps steps[0]..steps[1] in any number of dimensions; tickets as in `run_plane`."""
    for step in range(steps[0], steps[1]):
        epoch, base, end, alpha = _turn(step, borders, epochs, rate)
        s = step - steps[0]
        first = base + _CHUNK * fetch_add(tickets, s)
        while first < end:
            _move_space(
                edges[0],
                edges[1],
                edges[2],
                base,
                first,
                min(first + _CHUNK, end),
                epoch,
                alpha,
                negatives,
                tables[0],
                tables[1],
                seed,
                positions,
                new,
            )
            first = base + _CHUNK * fetch_add(tickets, s)
        if not _commit(thread, threads, state, s, base, end, new, positions):
            return


@kernel
def run_sphere(
    thread,
    threads,
    state,
    tickets,
    edges,
    tables,
    borders,
    steps,
    negatives,
    seed,
    rate,
    epochs,
    positions,
    new,
):
    """Steps steps[0]..steps[1] on the unit sphere, positions being unit vectors; tickets as in
    `run_plane`."""
    for step in range(steps[0], steps[1]):
        epoch, base, end, alpha = _turn(step, borders, epochs, rate)
        s = step - steps[0]
        first = base + _CHUNK * fetch_add(tickets, s)
        while first < end:
            _move_sphere(
                edges[0],
                edges[1],
                edges[2],
                base,
                first,
                min(first + _CHUNK, end),
                epoch,
                alpha,
                negatives,
                tables[0],
                tables[1],
                seed,
                positions,
                new,
            )
            first = base + _CHUNK * fetch_add(tickets, s)
        if not _commit(thread, threads, state, s, base, end, new, positions):
            return
