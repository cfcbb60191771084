"""Kernels on all cores: a serial kernel is called for parts of a range by a few Python threads, outside the interpreter lock.

Compared with numba's own parallel loops this compiles in a third of the time, may be entered from several threads at once,
and stops at Ctrl-C when the running parts end. A kernel writes only what belongs to its own part, so neither the number of
threads nor the cut changes the result.
"""

from __future__ import annotations

import itertools
import os
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

import numba

#: Parts a thread gets on average, so that one slow part does not hold up the rest.
_PARTS = 4
_POOLS: dict[int, ThreadPoolExecutor] = {}

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_POOLS.clear)  # threads do not survive a fork


def spread(kernel: Any, span: int | tuple[int, int], *arguments: Any) -> None:
    """Call ``kernel(first, last, *arguments)`` for parts that make up `span`, which is (first, last), or last from 0 on."""
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
    pool = _POOLS.get(threads) or _POOLS.setdefault(threads, ThreadPoolExecutor(threads, "frameumap"))
    futures = [pool.submit(kernel, a, b, *arguments) for a, b in itertools.pairwise(borders)]
    try:
        wait(futures, return_when=FIRST_EXCEPTION)
        for future in futures:
            future.result()
    finally:
        for future in futures:
            future.cancel()
        wait(futures)
