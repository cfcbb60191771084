"""How functions are compiled and where the result is cached, in the places where Python runs.

Numba caches compiled code beside the source file, else under the user's home. A container, a
read-only install or a frozen application may have neither: then a function is compiled for this
process only, and one warning says how to change that. A cache that cannot be written, on a full
disk say, never fails a computation. Functions are compiled under ``NUMBA_DISABLE_JIT`` too: calls
by address need machine code.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile

from ..errors import warn

#: Whether kernels are compiled so that every processor rounds alike, see `engine.jit`.
PORTABLE = os.environ.get("FRAMEUMAP_PORTABLE", "") not in ("", "0")

_TOLD: set[str] = set()


class _TolerantCache(FunctionCache):
    """Numba's cache, which may fail to load or save; one of its own for portable code."""

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        if PORTABLE:
            own: Any = self
            base = f"{own._impl.filename_base}.portable"
            stamp = own._impl.locator.get_source_stamp()
            own._cache_file = IndexDataCacheFile(own._cache_path, base, stamp)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except (OSError, EOFError):
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _tell("write", f"cannot write the cache of compiled code ({error}); {_MEND}")


_MEND = (
    "every new process compiles for about a minute. Set NUMBA_CACHE_DIR to a folder that can be "
    "written, before Python starts"
)


def _tell(what: str, message: str) -> None:
    if what not in _TOLD:
        _TOLD.add(what)
        warn(message)


def find_cache(function: Callable[..., Any]) -> FunctionCache | None:
    """The cache of a function that its source file identifies; None for a closure, for source
    without a file, and where no folder can be written."""
    if function.__closure__ is not None:
        return None
    try:
        return _TolerantCache(function)
    except (RuntimeError, OSError):
        if not function.__code__.co_filename.startswith("<"):
            _tell("none", f"no folder for the cache of compiled code can be written: {_MEND}")
        return None


def jit(function: Callable[..., Any], **flags: Any) -> Any:
    """`numba.njit`, cached where possible."""
    with _compiled_always():
        dispatcher = numba.njit(**flags)(function)
    cache = find_cache(function)
    if cache is not None:
        dispatcher._cache = cache
    return dispatcher


def cfunc(function: Callable[..., Any], signature: Any, cache: bool, **flags: Any) -> Any:
    """`numba.cfunc`, cached where possible."""
    with _compiled_always():
        if cache and find_cache(function) is not None:
            try:
                return numba.cfunc(signature, cache=True, **flags)(function)
            except OSError as error:
                _tell("write", f"cannot write the cache of compiled code ({error}); {_MEND}")
        return numba.cfunc(signature, **flags)(function)


@contextmanager
def _compiled_always() -> Iterator[None]:
    config: Any = numba.core.config
    before = config.DISABLE_JIT
    if before:
        _tell(
            "jit",
            "NUMBA_DISABLE_JIT has no effect on frameumap, whose kernels and metrics are compiled: "
            "they call each other by the address of machine code. To debug a metric, call it by "
            "itself",
        )
    config.DISABLE_JIT = 0
    try:
        yield
    finally:
        config.DISABLE_JIT = before
