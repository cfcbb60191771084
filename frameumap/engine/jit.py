"""The only numba flags of the package, and the two tricks that keep its kernels small and cached.

*Calls by address.* A kernel that takes a jitted function as an argument is compiled anew for every
function and is never found in the on-disk cache by the next process. Here every metric is compiled
once, by itself, to a C function; kernels receive its address as an integer and call through it. So
a kernel compiles once per machine, independently of the metrics of a schema, and a user's metric
costs as much as a built-in one (about 4 ns a call over an inlined loop).

*Flags.* ``fastmath=True`` would let the compiler assume that NaN does not exist, so only these
subsets are used. The loops of metrics add ``reassoc``: without it a sum cannot be vectorised (784
columns: 190 ns against 33 ns). Under ``FRAMEUMAP_PORTABLE=1`` there are none: no multiplication is
fused with an addition, no sum reordered, no function approximated, so that every processor rounds
alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .compiling import PORTABLE, jit

_FASTMATH: set[str] = set() if PORTABLE else {"nsz", "arcp", "contract", "afn"}
_REORDER: set[str] = set() if PORTABLE else {"reassoc"}
_COMMON: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
_KERNEL: dict[str, Any] = {**_COMMON, "no_cfunc_wrapper": True}
#: Called by other kernels only: no code that unpacks Python objects is compiled.
_INNER: dict[str, Any] = {**_COMMON, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a serial kernel that Python calls, mostly by `threads.parallel_for`."""
    return jit(function, **_KERNEL, fastmath=_FASTMATH)


def helper(function: Callable[..., Any]) -> Any:
    """Compile what only other kernels call."""
    return jit(function, **_INNER, fastmath=_FASTMATH)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a helper into its callers: passing packed rows by value to it would cost more than a
    distance."""
    return jit(function, **_INNER, fastmath=_FASTMATH, forceinline=True)


def metric_kernel(function: Callable[..., Any]) -> Any:
    """Compile the loop of a metric; sums may be reordered so that they vectorise."""
    return jit(function, **_COMMON, fastmath=_FASTMATH | _REORDER)


@intrinsic
def _call_distance(typingctx, address, x, nx, y, ny, weights, params):
    """Call the C function at `address`: double(x*, nx, y*, ny, weights*, params*); pointers travel
    as integers."""
    signature = types.float64(*[types.intp] * 7)

    def codegen(context, builder, signature, arguments):
        word = ir.IntType(64)
        function_type = ir.FunctionType(ir.DoubleType(), [word] * 6)
        return builder.call(
            builder.inttoptr(arguments[0], function_type.as_pointer()), arguments[1:]
        )

    return signature, codegen


call_distance: Any = _call_distance  # kernels pass no typing context


@intrinsic
def _borrow(typingctx, value):
    """The same array, or named tuple of arrays, without an owner."""

    def strip(context: Any, builder: Any, kind: Any, value: Any) -> Any:
        if isinstance(kind, types.Array):
            array = context.make_array(kind)(context, builder, value)
            array.meminfo = cgutils.get_null_value(array.meminfo.type)
            array.parent = cgutils.get_null_value(array.parent.type)
            return array._getvalue()
        if hasattr(kind, "types"):  # a tuple
            for at, part in enumerate(kind.types):
                own = strip(context, builder, part, builder.extract_value(value, at))
                value = builder.insert_value(value, own, at)
        return value

    def codegen(context, builder, signature, arguments):
        return strip(context, builder, signature.args[0], arguments[0])

    return value(value), codegen


#: Without owners nothing is counted. Where numba cannot see through a loop it counts the references
#: to every array of the packed rows for every pair, 300 ns where the distance takes 5; so kernels
#: borrow their arguments, which outlive the call.
borrow: Any = _borrow


def _stack(numba_type: Any, llvm_type: Any, size: int) -> Any:
    """An intrinsic without arguments that returns a pointer to `size` words on the stack of the
    calling kernel."""

    @intrinsic
    def stack(typingctx):
        def codegen(context, builder, signature, arguments):
            array = cgutils.alloca_once(builder, ir.ArrayType(llvm_type, size))
            return builder.bitcast(array, llvm_type.as_pointer())

        return types.CPointer(numba_type)(), codegen

    return stack


#: `carray(stack_int32(), (STACK_WORDS,))` is a scratch array; allocating it on the heap would cost
#: 60 ns a pair.
STACK_WORDS = 128
stack_int32 = _stack(types.int32, ir.IntType(32), STACK_WORDS)
stack_uint64 = _stack(types.uint64, ir.IntType(64), STACK_WORDS)
stack_float64 = _stack(types.float64, ir.DoubleType(), STACK_WORDS)


@helper
def mix(x):
    """SplitMix64's finaliser (Steele, Lea and Flood 2014): a bijective scramble of 64 bits."""
    x = np.uint64(x) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@helper
def unit(x):
    """A double in [0, 1) from the top 53 bits of `x`."""
    return np.float64(np.uint64(x) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@intrinsic
def _fetch_add(typingctx, array, index):
    """Atomically add 1 to array[index], an int64; returns the old value."""

    def codegen(context, builder, signature, arguments):
        pointer = _element(context, builder, signature, arguments)
        return builder.atomic_rmw("add", pointer, ir.Constant(ir.IntType(64), 1), "seq_cst")

    return types.int64(array, types.intp), codegen


@intrinsic
def _load(typingctx, array, index):
    """Atomically read array[index], an int64 written by other threads."""

    def codegen(context, builder, signature, arguments):
        return builder.load_atomic(_element(context, builder, signature, arguments), "seq_cst", 8)

    return types.int64(array, types.intp), codegen


def _element(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    return builder.gep(array.data, [arguments[1]])


fetch_add: Any = _fetch_add
load: Any = _load


@intrinsic
def _prefetch(typingctx, address):
    """Prefetch the cache line at an address."""

    def codegen(context, builder, signature, arguments):
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        # Arguments: read access, high locality, data cache.
        builder.call(
            function,
            [builder.inttoptr(arguments[0], byte), *(ir.Constant(word, v) for v in (0, 3, 1))],
        )
        return context.get_dummy_value()

    return types.none(types.intp), codegen


prefetch: Any = _prefetch
