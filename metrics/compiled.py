"""Compiles a jitted distance to a C function, which kernels call by address.

The C function is ``double(x*, nx, y*, ny, weights*, params*)``. `params` begins with a record of
faults: a pair is written there, and its distance is infinite, if the value is not a finite number
>= 0 or the function raised. The record is read after the kernels have run (`engine.faults`), so no
fault is lost and no comparison meets a NaN.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numba import carray, types

from ..engine.compiling import PORTABLE, cfunc

#: Length of the record before the parameters, in float64 words: a flag, the two addresses, the two
#: lengths, the value.
FAULT_WORDS = 6

_CELL = {"vector": types.float32}


def c_function(function: Any, accepts: str, takes_weights: bool, params: int, trusted: bool) -> Any:
    """Wrap `function` as a C function over pointers.

    The wrapper is compiled under the file name of the wrapped function, and its name contains the
    function's fingerprint: numba's cache then finds it in the next process and invalidates it when
    that file changes. (A closure over the dispatcher would be cached anew by every process and
    never found.)

    Parameters
    ----------
    function : numba dispatcher
    accepts : str
        See `Metric.accepts`.
    takes_weights : bool
    params : int
        Number of parameters that the function takes.
    trusted : bool
        Whether the function never raises, so that no exception needs to be caught.
    """
    python = function.py_func
    file = python.__code__.co_filename
    name = f"{python.__name__.strip('<>')}__{accepts}_{fingerprint(python)}"
    name += "_portable" * PORTABLE
    arguments = ["carray(x, (nx,))", "carray(y, (ny,))"]
    arguments += ["carray(w, (nx,))"] * takes_weights + [
        f"record[{FAULT_WORDS + p}]" for p in range(params)
    ]
    call = f"value = float64(function({', '.join(arguments)}))"
    lines = [
        f"def {name}(x, nx, y, ny, w, p):",
        f"    record = carray(p, ({FAULT_WORDS + params},))",
        *(
            [f"    {call}"]
            if trusted
            else ["    try:", f"        {call}", "    except Exception:", "        value = nan"]
        ),
        "    if value >= 0.0 and value < inf:",
        "        return value",
        "    record[1] = float64(carray(x, (nx,)).ctypes.data)",
        "    record[2] = float64(carray(y, (ny,)).ctypes.data)",
        "    record[3] = nx",
        "    record[4] = ny",
        "    record[5] = value",
        "    record[0] = 1.0",
        "    return inf",
    ]
    namespace: dict[str, Any] = {
        "function": function,
        "carray": carray,
        "float64": np.float64,
        "nan": np.nan,
        "inf": np.inf,
        "__name__": python.__module__,
    }
    # All of the source is written above, except the identifier in `name`.
    exec(compile("\n".join(lines) + "\n", file, "exec"), namespace)
    pointer = types.CPointer(_CELL.get(accepts, types.int32))
    floats, doubles = types.CPointer(types.float32), types.CPointer(types.float64)
    signature = types.float64(pointer, types.intp, pointer, types.intp, floats, doubles)
    cache = Path(file).is_file() and python.__closure__ is None
    return cfunc(namespace[name], signature, cache, error_model="numpy")


def fingerprint(python: Callable[..., Any]) -> str:
    """Digest of the code of a function and of the jitted functions it calls, 12 hex digits."""
    digest = hashlib.sha256()
    seen: set[int] = set()

    def add(function: Any) -> None:
        code = function.__code__
        if id(code) in seen:
            return
        seen.add(id(code))
        digest.update(code.co_code)
        for constant in code.co_consts:
            digest.update(
                repr(constant).encode() if not inspect.iscode(constant) else constant.co_code
            )
        for name in code.co_names:
            digest.update(name.encode())
            value = function.__globals__.get(name)
            if hasattr(value, "py_func"):
                add(value.py_func)
            elif isinstance(value, (int, float, str, bool)):
                digest.update(repr(value).encode())

    add(python)
    return digest.hexdigest()[:12]
