"""Teams of threads: barriers hold for any number of threads and cores; an interrupted team ends."""

import threading

import numpy as np
import pytest

from frameumap.engine.jit import fetch_add, kernel
from frameumap.engine.threads import ABORT, barrier, parallel_for, run_team


@kernel
def _relay(thread, threads, state, rounds, parts, totals):
    """In every round each thread writes its part, and the next one reads it: any gap in a barrier
    shows in the totals."""
    for r in range(rounds):
        parts[thread] = r * threads + thread
        if not barrier(state, 2 * r + 1, threads):
            return
        totals[thread] += parts[(thread + 1) % threads]
        if not barrier(state, 2 * r + 2, threads):
            return


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_all_threads_meet_at_every_barrier(threads):
    rounds = 500
    parts, totals = np.zeros(threads, np.int64), np.zeros(threads, np.int64)
    run_team(_relay, threads, rounds, parts, totals)
    run_team(_relay, threads, rounds, parts, totals)
    whole = sum(r * threads for r in range(rounds))
    assert totals.tolist() == [2 * (whole + rounds * ((t + 1) % threads)) for t in range(threads)]


def test_teams_take_turns():
    def run():
        for _ in range(20):
            run_team(_relay, 2, 50, np.zeros(2, np.int64), np.zeros(2, np.int64))

    others = [threading.Thread(target=run) for _ in range(3)]
    for other in others:
        other.start()
    out = np.zeros(1000)
    parallel_for(_fill, len(out), out)  # parts of other work get through
    for other in others:
        other.join(30)
    assert not any(other.is_alive() for other in others)
    assert (out == 1).all()


@kernel
def _fill(first, last, out):
    for i in range(first, last):
        out[i] = 1


def test_a_team_that_is_not_complete_gives_up():
    state = np.zeros(2, np.int64)
    _relay(0, 1, state.copy(), 1, np.zeros(2, np.int64), np.zeros(2, np.int64))
    waiting = threading.Thread(
        target=_relay, args=(0, 2, state, 10, np.zeros(2, np.int64), np.zeros(2, np.int64))
    )
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    state[ABORT] = 1
    waiting.join(5)
    assert not waiting.is_alive()


@kernel
def _take(thread, threads, state, tickets, owner):
    while True:
        at = fetch_add(tickets, 0)
        if at >= owner.shape[0]:
            return
        owner[at] += 1


def test_every_ticket_is_taken_once():
    owner = np.zeros(10_000, np.int64)
    run_team(_take, 4, np.zeros(1, np.int64), owner)
    run_team(_take, 4, np.zeros(1, np.int64), owner)
    assert (owner == 2).all()
