"""The kernels of the descent: one epoch's moves of a block of vertices in the plane, in any
dimension, on the sphere.

Each visits the edges of the vertex' own row, see `optimize`, and writes to `new`; the commit then
copies the block to the shared positions. A run covers many blocks in one call, on all threads at
once: they take chunks of a block's vertices, wait at a barrier, commit, and wait again.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import borrow, fetch_add, helper, kernel, mix
from ..engine.threads import barrier
from .curve import HIGH_EXPONENT, LOW_EXPONENT, MANTISSA_BITS
from .schedule import Turn
from .sphere import square_angle, step_on_sphere

_SHIFT = 23 - MANTISSA_BITS
_FIRST = (LOW_EXPONENT + 127) << MANTISSA_BITS
_LAST = ((HIGH_EXPONENT - LOW_EXPONENT + 1) << MANTISSA_BITS) - 1
#: Largest move of one coordinate at a learning rate of 1.
CLIP = np.float32(4)


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
    """A number below n from the high bits of a hash, by multiplication instead of division."""
    return np.int64(((state >> np.uint64(32)) * n) >> np.uint64(32))


@helper
def pull(attraction, rate, square):
    """Share of the gap that an edge moves a vertex, negative: an implicit step (proximal, Parikh
    and Boyd 2014) of both ends.

    With f = 2 rate c the explicit move, c being the coefficient of the attraction, both ends at
    once leave gap' = gap + 2 f gap', so each covers f / (1 - 2 f) of the gap: f where steps are
    small, and never more than half, so that the ends do not pass each other.
    """
    force = np.float32(2) * rate * coefficient(attraction, square)
    return force / (np.float32(1) - np.float32(2) * force)


@helper
def _move_plane(first, last, turn, edges, forces, schedule, points):
    indptr, heads, weights = borrow((edges.indptr, edges.heads, edges.weights))
    attraction, repulsion = borrow((forces.attraction, forces.repulsion))
    old, new, drawn = borrow((points.old, points.new, points.drawn))
    negatives, seed = schedule.negatives, schedule.seed
    base, epoch, rate = turn.base, turn.epoch, turn.rate
    weighted = drawn.shape[0] > 0
    n = np.uint64(drawn.shape[0] if weighted else old.shape[0])
    limit = np.float32(2) * rate * CLIP
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
                if weighted:
                    j = np.int64(drawn[j])
                dx = x - old[j, 0]
                dy = y - old[j, 1]
                square = dx * dx + dy * dy
                push = coefficient(repulsion, square)
                px += clip(push * dx, CLIP)
                py += clip(push * dy, CLIP)
            x += rate * px
            y += rate * py
        new[i - base, 0] = x
        new[i - base, 1] = y


@helper
def _move_space(first, last, turn, edges, forces, schedule, points):
    indptr, heads, weights = borrow((edges.indptr, edges.heads, edges.weights))
    attraction, repulsion = borrow((forces.attraction, forces.repulsion))
    old, new, drawn = borrow((points.old, points.new, points.drawn))
    negatives, seed = schedule.negatives, schedule.seed
    base, epoch, rate = turn.base, turn.epoch, turn.rate
    weighted = drawn.shape[0] > 0
    n = np.uint64(drawn.shape[0] if weighted else old.shape[0])
    dims = old.shape[1]
    limit = np.float32(2) * rate * CLIP
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
                if weighted:
                    j = np.int64(drawn[j])
                square = np.float32(0)
                for c in range(dims):
                    square += (at[c] - old[j, c]) ** 2
                push = coefficient(repulsion, square)
                for c in range(dims):
                    moves[c] += clip(push * (at[c] - old[j, c]), CLIP)
            for c in range(dims):
                at[c] += rate * moves[c]


@helper
def _move_sphere(first, last, turn, edges, forces, schedule, points):
    indptr, heads, weights = borrow((edges.indptr, edges.heads, edges.weights))
    attraction, repulsion = borrow((forces.attraction, forces.repulsion))
    old, new, drawn = borrow((points.old, points.new, points.drawn))
    negatives, seed = schedule.negatives, schedule.seed
    base, epoch, rate = turn.base, turn.epoch, turn.rate
    weighted = drawn.shape[0] > 0
    n = np.uint64(drawn.shape[0] if weighted else old.shape[0])
    for i in range(first, last):
        at = new[i - base]
        at[:] = old[i]
        for e in range(indptr[i], indptr[i + 1]):
            if not due(weights[e], epoch):
                continue
            j = heads[e]
            square = square_angle(at, old[j])
            if square > 0:
                step_on_sphere(at, old[j], pull(attraction, rate, square), 1.0)
            state = mix(seed ^ np.uint64(e) ^ (np.uint64(epoch) << np.uint64(40)))
            for _ in range(negatives):
                state = next_random(state)
                j = draw(state, n)
                if weighted:
                    j = np.int64(drawn[j])
                square = square_angle(at, old[j])
                if square > 0:
                    step_on_sphere(at, old[j], rate * coefficient(repulsion, square), rate)


#: Vertices that a thread takes at a time.
_CHUNK = 16


@helper
def _turn(step, steps, schedule):
    blocks = steps.borders.shape[0] - 1
    epoch = step // blocks
    block = step % blocks
    rate = np.float32(schedule.rate * (1.0 - epoch / schedule.epochs))
    return Turn(epoch, steps.borders[block], steps.borders[block + 1], rate)


@helper
def _take_chunk(steps, step, base):
    """The first vertex of the next chunk that no thread has taken."""
    return base + _CHUNK * fetch_add(steps.tickets, step - steps.first)


@helper
def _commit(thread, threads, state, step, turn, points):
    """Commit the moved block: every thread copies its part; False after an abort."""
    if not barrier(state, 2 * step + 1, threads):
        return False
    size = turn.end - turn.base
    first = turn.base + size * thread // threads
    last = turn.base + size * (thread + 1) // threads
    for i in range(first, last):
        for c in range(points.old.shape[1]):
            points.old[i, c] = points.new[i - turn.base, c]
    return barrier(state, 2 * step + 2, threads)


# The three runs differ in one call: a single kernel would compile all three moves for each user.


@kernel
def run_plane(thread, threads, state, steps, edges, forces, schedule, points):
    """The steps in two dimensions, by a team of threads, see `run_team`."""
    for step in range(steps.first, steps.last):
        turn = _turn(step, steps, schedule)
        first = _take_chunk(steps, step, turn.base)
        while first < turn.end:
            last = min(first + _CHUNK, turn.end)
            _move_plane(first, last, turn, edges, forces, schedule, points)
            first = _take_chunk(steps, step, turn.base)
        if not _commit(thread, threads, state, step - steps.first, turn, points):
            return


@kernel
def run_space(thread, threads, state, steps, edges, forces, schedule, points):
    """The steps in any number of dimensions."""
    for step in range(steps.first, steps.last):
        turn = _turn(step, steps, schedule)
        first = _take_chunk(steps, step, turn.base)
        while first < turn.end:
            last = min(first + _CHUNK, turn.end)
            _move_space(first, last, turn, edges, forces, schedule, points)
            first = _take_chunk(steps, step, turn.base)
        if not _commit(thread, threads, state, step - steps.first, turn, points):
            return


@kernel
def run_sphere(thread, threads, state, steps, edges, forces, schedule, points):
    """The steps on the unit sphere, positions being unit vectors."""
    for step in range(steps.first, steps.last):
        turn = _turn(step, steps, schedule)
        first = _take_chunk(steps, step, turn.base)
        while first < turn.end:
            last = min(first + _CHUNK, turn.end)
            _move_sphere(first, last, turn, edges, forces, schedule, points)
            first = _take_chunk(steps, step, turn.base)
        if not _commit(thread, threads, state, step - steps.first, turn, points):
            return
