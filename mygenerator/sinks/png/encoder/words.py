"""64-bit words and blocks of bytes for the encoder's kernel: operations that numba does not offer, as portable LLVM.

Whole numbers only, so the results are the same everywhere. Offsets are into flat arrays and are not checked: the caller
leaves room after what is read and written. The bytes of a word are in memory from the lowest on.
"""

# numba fixes the arguments of these functions.
# pylint: disable=unused-argument,too-many-positional-arguments,no-value-for-parameter

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

BLOCK = 64
"""How many bytes `same_as_before` compares."""
SUMMED = 1024
"""How many bytes `sums` adds up."""

_BYTE, _PAIR, _INT, _WORD = (ir.IntType(bits) for bits in (8, 16, 32, 64))


def _place(context: Any, builder: Any, array_type: Any, array: Any, offset: Any, what: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [offset]), what.as_pointer())


@intrinsic
def word(typingctx, array, offset):
    """The 8 bytes of a uint8 array from `offset` on, as a uint64."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_place(context, builder, signature.args[0], args[0], args[1], _WORD), align=1)

    return types.uint64(array, types.intp), code


@intrinsic
def put_word(typingctx, array, offset, value):
    """Write the 8 bytes of a uint64 to the array's memory from item `offset` on."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        builder.store(args[2], _place(context, builder, signature.args[0], args[0], args[1], _WORD), align=1)
        return context.get_dummy_value()

    return types.void(array, types.intp, types.uint64), code


@intrinsic
def copy(typingctx, target, at, source, start, count):
    """Copy `count` bytes of one uint8 array to another."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        target, at, source, start, count = args
        into = _place(context, builder, signature.args[0], target, at, _BYTE)
        out_of = _place(context, builder, signature.args[2], source, start, _BYTE)
        cgutils.raw_memcpy(builder, into, out_of, count, 1)
        return context.get_dummy_value()

    return types.void(target, types.intp, source, types.intp, types.intp), code


@intrinsic
def same_as_before(typingctx, array, offset):
    """Which of the 64 bytes from `offset` on equal the byte before them: a uint64, the first byte in its lowest bit."""
    lanes = ir.VectorType(_BYTE, BLOCK)

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _place(context, builder, signature.args[0], args[0], args[1], _BYTE)
        here, before = (
            builder.load(builder.bitcast(builder.gep(place, [_WORD(shift)]), lanes.as_pointer()), align=1)
            for shift in (0, -1)
        )
        return builder.bitcast(builder.icmp_unsigned("==", here, before), _WORD)

    return types.uint64(array, types.intp), code


@intrinsic
def sums(typingctx, array, offset):
    """The sum of the 1,024 bytes from `offset` on, and the sum of 1,024 times the first, 1,023 times the second ...

    Both are in one uint64: the second in its upper 32 bits.
    """
    lanes, pairs, ints = (ir.VectorType(one, BLOCK) for one in (_BYTE, _PAIR, _INT))
    rounds = SUMMED // BLOCK

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _place(context, builder, signature.args[0], args[0], args[1], _BYTE)
        name = f"llvm.vector.reduce.add.v{BLOCK}i32"
        total_of = cgutils.get_or_insert_function(builder.module, ir.FunctionType(_INT, [ints]), name)

        def total(values: Any) -> Any:
            return builder.call(total_of, [values])

        # In every lane: the sum of its bytes, and the sum of those sums before each round but the first. Neither
        # reaches 2**16: they are at most 16 and 120 times 255.
        plain = later = ir.Constant(pairs, [0] * BLOCK)
        for number in range(rounds):
            later = builder.add(later, plain)
            where = builder.bitcast(builder.gep(place, [_WORD(number * BLOCK)]), lanes.as_pointer())
            plain = builder.add(plain, builder.zext(builder.load(where, align=1), pairs))
        plain, later = builder.zext(plain, ints), builder.zext(later, ints)
        weights = ir.Constant(ints, list(range(BLOCK, 0, -1)))
        weighted = builder.add(total(builder.mul(plain, weights)), builder.mul(total(later), _INT(BLOCK)))
        high = builder.shl(builder.zext(weighted, _WORD), _WORD(32))
        return builder.or_(high, builder.zext(total(plain), _WORD))

    return types.uint64(array, types.intp), code
