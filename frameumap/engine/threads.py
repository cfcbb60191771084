"""Kernels on all cores, run by a few Python threads outside the interpreter lock.

`parallel_for` calls a serial kernel for parts of a range; `run_team` calls one on all threads at
once, with barriers between phases. Compared with numba's own parallel loops this compiles in a
third of the time, may be entered from several threads at once, stops at Ctrl-C when the running
parts end, and yields the cores to other programs: a thread that waits for a preempted one sleeps
instead of spinning. A kernel writes to its own part only, so neither the number of threads nor the
partition changes the result.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any, TypeVar

import llvmlite.binding
import numba
import numpy as np
from numba import types

from .jit import fetch_add, helper, load

T = TypeVar("T")
R = TypeVar("R")

#: Parts a thread gets on average, so that one slow part does not hold up the rest.
_PARTS = 4
_POOLS: dict[int, ThreadPoolExecutor] = {}
_STARTING = threading.Lock()

#: One team runs at a time: each needs all of its threads to proceed.
_TEAM = threading.Lock()


def _after_fork() -> None:
    """Threads do not survive a fork, and with them what they held."""
    global _STARTING, _TEAM
    _POOLS.clear()
    _STARTING, _TEAM = threading.Lock(), threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _pool(threads: int) -> ThreadPoolExecutor | None:
    """A pool whose threads all run; None where the system gives no further threads, or Python is
    about to end: then the caller's thread does the work, with the same result."""
    with _STARTING:
        pool = _POOLS.get(threads)
        if pool is None:
            pool = ThreadPoolExecutor(threads, "frameumap")
            started = threading.Event()
            try:
                for _ in range(threads):
                    pool.submit(started.wait)  # none is idle, so each starts a thread
            except RuntimeError:
                started.set()
                pool.shutdown(cancel_futures=True)
                return None
            started.set()
            _POOLS[threads] = pool
    return pool


def parallel_for(kernel: Any, span: int | tuple[int, int], *arguments: Any) -> None:
    """Call ``kernel(first, last, *arguments)`` for parts that make up `span`, which is (first,
    last), or last from 0 on."""
    first, last = (0, span) if isinstance(span, int) else span
    threads = numba.get_num_threads()
    parts = min(last - first, threads * _PARTS)
    if threads == 1 or parts <= 1:
        if last > first:
            kernel(first, last, *arguments)
        return
    if not kernel.signatures:  # compiled once, not by every thread
        kernel(first, first, *arguments)
    borders = [first + (last - first) * part // parts for part in range(parts + 1)]
    pool = _pool(threads)
    if pool is None:
        for a, b in itertools.pairwise(borders):
            kernel(a, b, *arguments)
        return
    futures = [pool.submit(kernel, a, b, *arguments) for a, b in itertools.pairwise(borders)]
    try:
        wait(futures, return_when=FIRST_EXCEPTION)
        for future in futures:
            future.result()
    finally:
        for future in futures:
            future.cancel()
        wait(futures)


def map_in_threads(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Results of `function` for the items, in their order; for what runs outside the interpreter
    lock most of the time, as sorting does."""
    threads = numba.get_num_threads()
    pool = _pool(threads) if threads > 1 else None
    return list(map(function, items) if pool is None else pool.map(function, items))


# The call by which a waiting thread yields, under a symbol that cached code refers to. A sleeping
# thread is rescheduled promptly; one that only yields queues behind all others. (SwitchToThread
# takes no argument and ignores ours.)
_SLEEP = ctypes.WinDLL("kernel32").SwitchToThread if os.name == "nt" else ctypes.CDLL(None).usleep  # type: ignore[attr-defined,unused-ignore]
llvmlite.binding.add_symbol("frameumap_sleep", ctypes.cast(_SLEEP, ctypes.c_void_p).value)
_sleep: Any = types.ExternalFunction("frameumap_sleep", types.int32(types.uint32))
_MICROSECONDS = np.uint32(20)

#: Polls of a barrier before a waiting thread yields: less than 0.1 ms, longer than a chunk of work
#: takes.
_SPINS = 50_000
# Words of a team's shared state: arrivals at all barriers so far; the abort flag.
ARRIVED, ABORT = 0, 1


@helper
def barrier(state, passed, threads):
    """Wait until all threads have reached barrier number `passed` (counted from 1); False after an
    abort."""
    fetch_add(state, ARRIVED)
    spins = 0
    while load(state, ARRIVED) < passed * threads:
        if load(state, ABORT) != 0:
            return False
        spins += 1
        if spins > _SPINS:
            _sleep(_MICROSECONDS)
    return True


def run_team(kernel: Any, threads: int, *arguments: Any) -> None:
    """Call ``kernel(thread, threads, state, *arguments)`` on `threads` threads at once; `state` is
    the argument of `barrier`."""
    state = np.zeros(2, np.int64)
    compiled = threads > 1 and kernel.signatures  # compiled once, not by every thread
    pool = _pool(threads) if compiled else None
    if pool is None:
        kernel(0, 1, state, *arguments)
        return
    with _TEAM:
        futures: list[Any] = []
        try:
            for thread in range(threads):
                futures.append(pool.submit(kernel, thread, threads, state, *arguments))
            wait(futures)
        finally:
            if len(futures) < threads:
                state[ABORT] = 1
            wait(futures)
        for future in futures:
            future.result()
